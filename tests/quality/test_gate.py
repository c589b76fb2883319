"""A gate lets good rows through, and says of bad ones which rule they break, with examples."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyspark.sql import functions as F

from jobs.gold import track_play_count
from jobs.lake import Lake
from jobs.publish import CURRENT
from jobs.silver import plays, quality_log
from jobs.tables import TABLES
from quality.gate import SUITES, GateClosed, gate
from tests.jobs.listening import built, ingest, many, recent_tracks

LONG_AGO = datetime(2022, 1, 1, tzinfo=UTC)
# A column of each table, and an expression that no row may hold there.
BREAK = {
    "silver.plays": ("played_at", "TIMESTAMP '1970-01-01'"),
    "silver.dim_users": ("half_life_days", "3.0D"),
    "gold.artist_play_count": ("recency_score_normalized", "7.3D"),
    "gold.track_play_count": ("play_count", "0L"),
    "silver.candidate_old_favorite": ("score_normalized", "-1.0D"),
    "gold.track_candidates": ("strategies", "9"),
}


@pytest.fixture(scope="module")
def filled(spark: object, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    lake = Lake(spark, tmp_path_factory.mktemp("gates") / "lake")  # type: ignore[arg-type]
    ingest(lake, recent_tracks(*many(5, since=LONG_AGO)))
    built(lake)
    return lake


@pytest.mark.parametrize("name", SUITES)
def test_each_gate_passes_real_rows_and_closes_on_broken_ones(filled: Lake, name: str) -> None:
    table = next(table for table in TABLES if table.name == name)
    column, poison = BREAK[name]
    rows = filled.read(table)

    assert all(result.success for result in gate(rows, table))
    with pytest.raises(GateClosed, match=f"the gate of {name} is closed.*{column}"):
        gate(rows.withColumn(column, F.expr(poison)), table)


@pytest.mark.parametrize("name", SUITES)
def test_a_key_that_stands_twice_closes_the_gate(filled: Lake, name: str) -> None:
    table = next(table for table in TABLES if table.name == name)
    rows = filled.read(table)

    with pytest.raises(GateClosed, match="unique"):
        gate(rows.unionByName(rows), table)


def test_a_missing_value_is_named_with_its_column(filled: Lake) -> None:
    rows = filled.read(plays.TABLE).withColumn("artist_name", F.lit(None).cast("string"))

    with pytest.raises(GateClosed, match=r"not_be_null\(artist_name\): 5 rows"):
        gate(rows, plays.TABLE)


def test_a_closed_gate_leaves_what_was_good_and_stops_what_follows(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    home = lake.root.parent
    ingest(lake, recent_tracks(*many(5, since=LONG_AGO)))
    built(lake)
    good, served = lake.read(track_play_count.TABLE).collect(), Path(home / "served" / CURRENT).resolve()
    ingest(lake, recent_tracks(*many(7, "Angel", since=LONG_AGO)))
    build = track_play_count.build
    monkeypatch.setattr(
        track_play_count, "build", lambda *of: build(*of).withColumn("play_count", F.lit(0).cast("bigint"))
    )

    with pytest.raises(GateClosed, match=r"gold\.track_play_count"):
        built(lake)

    assert lake.read(track_play_count.TABLE).collect() == good
    assert Path(home / "served" / CURRENT).resolve() == served
    closed = lake.read(quality_log.TABLE).where("NOT success").collect()
    assert {row.table for row in closed} == {"gold.track_play_count"}
    monkeypatch.undo()
    assert "gold.track_candidates" in {written.table for written in built(lake).written}
