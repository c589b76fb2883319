"""Derived tables are rebuilt for those whose plays changed, once, and a killed build ends as if undisturbed."""

import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import functions as F

from jobs.columns import user_bucket
from jobs.gold import track_play_count
from jobs.lake import USER_BUCKETS, Lake
from jobs.publish import CURRENT
from jobs.rebuild import Moment
from jobs.report import Report
from jobs.run import run
from jobs.served.schema import POSITIONS
from jobs.silver import build_log, dim_users
from jobs.tables import CANDIDATES, PLAY_COUNTS, TABLES
from tests.jobs.listening import AS_OF, LONG_AGO, built, ingest, land_page, many, recent_tracks

A_DAY_LATER = Moment(AS_OF + timedelta(hours=25), AS_OF + timedelta(hours=25))
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
    same_day = AS_OF + timedelta(hours=23)

    assert renewed(own_lake, "carl", Moment(same_day, same_day)).written == ()
    assert [written.rows for written in renewed(own_lake, "carl", A_DAY_LATER).written] == [1]


def test_who_shares_the_partition_of_a_listener_who_is_renewed_stays(own_lake: Lake) -> None:
    carl = own_lake.read(dim_users.TABLE).where("username = 'carl'")
    names = own_lake.spark.range(500).select(F.concat(F.lit("carl"), "id").alias("username"))
    beside = names.withColumn("user_bucket", user_bucket(USER_BUCKETS)).join(carl.select("user_bucket"), "user_bucket")
    own_lake.append(dim_users.TABLE, carl.drop("username").crossJoin(beside.select("username").limit(1)))
    before = own_lake.read(dim_users.TABLE).count()

    assert [written.rows for written in renewed(own_lake, "carl", A_DAY_LATER).written] == [1]
    after = own_lake.read(dim_users.TABLE)
    assert (after.count(), after.where(F.col("as_of") == A_DAY_LATER.as_of).count()) == (before, 1)


def renewed(lake: Lake, listener: str, moment: Moment) -> Report:
    return run(lake.spark, lake.root.parent, ["silver.dim_users"], moment, listeners=[listener])


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
