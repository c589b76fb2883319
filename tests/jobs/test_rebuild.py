"""Derived tables are rebuilt for those whose plays changed, once, and a killed build ends as if undisturbed."""

import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from jobs.gold import track_play_count
from jobs.lake import Lake
from jobs.publish import CURRENT
from jobs.rebuild import Moment
from jobs.run import run
from jobs.served.schema import POSITIONS
from jobs.silver import build_log
from jobs.tables import CANDIDATES, PLAY_COUNTS, TABLES
from tests.jobs.listening import AS_OF, LONG_AGO, built, ingest, land_page, many, recent_tracks

MORE = recent_tracks(*many(9, "Protection", since=LONG_AGO))


def content(lake: Lake) -> dict[str, list[str]]:
    """Every table that a build writes but the quality log, all columns but `*_at`, in order."""
    return {
        table.name: sorted(
            str({name: value for name, value in row.asDict(recursive=True).items() if not name.endswith("_at")})
            for row in lake.read(table).collect()
        )
        for table in (*PLAY_COUNTS, *CANDIDATES, build_log.TABLE)
    }


def served(lake: Lake, listener: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(lake.root.parent / "served" / CURRENT) as store:
        rows = "SELECT row FROM recommendations JOIN lists ON lists.id = recommendations.id / ? WHERE username = ?"
        return store.execute(f"{rows} ORDER BY recommendations.id", (POSITIONS, listener)).fetchall()


@pytest.mark.slow
def test_a_change_of_one_listener_rebuilds_that_listener_alone_and_once(own_lake: Lake) -> None:
    before = set(own_lake.read(track_play_count.TABLE).select("username", "track_id").collect())
    others = served(own_lake, "ann")

    ingest(own_lake, MORE, listener="bob")
    report = built(own_lake)

    assert {written.listeners for written in report.written} == {1}
    after = set(own_lake.read(track_play_count.TABLE).select("username", "track_id").collect())
    assert after - before == {("bob", "protection|massive attack")}
    assert (served(own_lake, "ann"), len(served(own_lake, "bob"))) == (others, 7)
    counts = {table.name: own_lake.read(table).count() for table in TABLES}
    assert built(own_lake).written == ()
    assert {table.name: own_lake.read(table).count() for table in TABLES} == counts


def test_a_listener_is_renewed_once_a_thirtieth_of_their_half_life_has_passed(own_lake: Lake) -> None:
    same_day, next_day = AS_OF + timedelta(hours=23), AS_OF + timedelta(hours=25)

    def renew(moment: Moment) -> Any:
        return run(own_lake.spark, own_lake.root.parent, ["silver.dim_users"], moment, listeners=["carl"])

    assert renew(Moment(same_day, same_day)).written == ()
    assert [written.rows for written in renew(Moment(next_day, next_day)).written] == [1]


class Killed(Exception):
    """Stands for kill -9."""


@pytest.mark.slow
def test_a_build_killed_after_its_first_table_ends_as_if_undisturbed(
    own_lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    land_page(own_lake.root.parent, MORE, "bob")
    shutil.copytree(own_lake.root.parent, tmp_path / "other", symlinks=True)
    undisturbed = Lake(own_lake.spark, tmp_path / "other" / "lake")
    built(undisturbed)
    replace = Lake.replace

    def die_after(self: Lake, *arguments: Any) -> None:
        replace(self, *arguments)
        raise Killed

    monkeypatch.setattr(Lake, "replace", die_after)
    with pytest.raises(Killed):
        built(own_lake)
    monkeypatch.undo()
    built(own_lake)

    assert content(own_lake) == content(undisturbed)
