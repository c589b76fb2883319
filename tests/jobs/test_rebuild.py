"""Derived tables are rebuilt for those whose plays changed, once, and a killed build ends as if undisturbed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jobs.gold import track_play_count
from jobs.lake import Lake
from jobs.rebuild import Moment
from jobs.run import run
from jobs.silver import quality_log
from jobs.tables import TABLES
from tests.jobs.listening import AS_OF, built, ingest, land_page, many, play, recent_tracks

LONG_AGO = datetime(2022, 1, 1, tzinfo=UTC)


def content(lake: Lake) -> dict[str, list[str]]:
    """Every table but the quality log, all columns but `*_at`, in order."""
    return {
        table.name: sorted(
            str({name: value for name, value in row.asDict(recursive=True).items() if not name.endswith("_at")})
            for row in lake.read(table).collect()
        )
        for table in TABLES
        if table is not quality_log.TABLE
    }


def test_a_change_of_one_listener_rebuilds_that_listener_alone_and_once(lake: Lake) -> None:
    for name in ("ann", "bob"):
        ingest(lake, recent_tracks(*many(5, since=LONG_AGO), play("Now", name)), listener=name)
    built(lake)
    before = set(lake.read(track_play_count.TABLE).select("username", "track_id").collect())

    ingest(lake, recent_tracks(play("Angel")), listener="bob")
    report = built(lake)

    assert {written.listeners for written in report.written} == {1}
    after = set(lake.read(track_play_count.TABLE).select("username", "track_id").collect())
    assert after - before == {("bob", "angel|massive attack")}
    counts = {table.name: lake.read(table).count() for table in TABLES}
    assert built(lake).written == ()
    assert {table.name: lake.read(table).count() for table in TABLES} == counts


def test_a_listener_is_renewed_once_a_thirtieth_of_their_half_life_has_passed(lake: Lake) -> None:
    ingest(lake, recent_tracks(play()))
    built(lake, tables=["silver.plays", "silver.dim_users"])
    same_day, next_day = AS_OF + timedelta(hours=23), AS_OF + timedelta(hours=25)

    assert run(lake.spark, lake.root.parent, ["silver.dim_users"], Moment(same_day, same_day)).written == ()
    assert run(lake.spark, lake.root.parent, ["silver.dim_users"], Moment(next_day, next_day)).written != ()


class Killed(Exception):
    """Stands for kill -9."""


def test_a_build_killed_after_each_of_its_tables_in_turn_ends_as_if_undisturbed(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = recent_tracks(*many(5, since=LONG_AGO), play("Now", at=AS_OF))
    whole = Lake(lake.spark, tmp_path / "other" / "lake")
    ingest(whole, bodies)
    built(whole)
    land_page(lake.root.parent, bodies)
    replace = Lake.replace

    def die_after(self: Lake, *arguments: Any) -> None:
        replace(self, *arguments)
        raise Killed

    monkeypatch.setattr(Lake, "replace", die_after)
    for _ in range(2):
        with pytest.raises(Killed):
            built(lake)
    monkeypatch.undo()
    built(lake)

    assert content(lake) == content(whole)
