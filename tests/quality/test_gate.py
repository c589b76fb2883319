"""A gate lets good rows through, and says of bad ones which rule they break, with examples."""

import pytest
from pyspark.sql import functions as F

from jobs.gold import track_candidates, track_play_count
from jobs.lake import Lake
from jobs.publish import CURRENT
from jobs.silver import candidate_old_favorite, plays, quality_log
from jobs.tables import TABLES
from quality import gate as gate_module
from quality.gate import SUITES, GateClosed, gate
from tests.jobs.listening import LONG_AGO, built, ingest, many, recent_tracks

# A column of each table, and an expression that no row may hold there.
BREAK = {
    "silver.plays": ("played_at", "TIMESTAMP '1970-01-01'"),
    "silver.dim_users": ("half_life_days", "3.0D"),
    "gold.artist_play_count": ("recency_score_normalized", "7.3D"),
    "gold.track_play_count": ("play_count", "0L"),
    "silver.candidate_old_favorite": ("score_normalized", "-1.0D"),
    "gold.track_candidates": ("strategies", "9"),
    "silver.similar_artists": ("match", "7.3D"),
    "silver.artist_top_tracks": ("playcount", "-9L"),
    "silver.artist_top_albums": ("album_rank", "0"),
    "silver.album_tracks": ("album_rank", "0"),
    "silver.tag_top_tracks": ("rank", "0"),
    "silver.artists": ("listeners", "-9L"),
    "silver.tracks": ("playcount", "-9L"),
    "silver.feedback": ("verdict", "'hate'"),
    "silver.candidate_similar_artist": ("score", "0.0D"),
    "silver.candidate_similar_tag": ("score", "7.3D"),
    "silver.candidate_deep_cut": ("score", "0.1D"),
    "silver.candidate_collaborative": ("score", "0.0D"),
    "silver.community_plays": ("play_count", "0L"),
    "silver.community_items": ("degree", "0"),
    "silver.community_similar_artists": ("match", "7.3D"),
    "silver.community_model": ("listeners", "3L"),
}


# These are tested beside what fills them: an evaluation that was asked for, a table of sounds, listeners who joined.
ELSEWHERE = {"gold.evaluation", "silver.audio_features", "silver.candidate_audio_match", "gold.listener_neighbors"}
BUILT = sorted(SUITES.keys() - ELSEWHERE)


@pytest.mark.parametrize("name", BUILT)
def test_each_gate_passes_real_rows_and_closes_on_broken_ones(built_lake: Lake, name: str) -> None:
    table = next(table for table in TABLES if table.name == name)
    column, poison = BREAK[name]
    rows = built_lake.read(table)

    assert all(result.success for result in gate(rows, table))
    with pytest.raises(GateClosed, match=f"the gate of {name} is closed.*{column}"):
        gate(rows.withColumn(column, F.expr(poison)), table)


@pytest.mark.parametrize("name", BUILT)
def test_a_key_that_stands_twice_closes_the_gate(built_lake: Lake, name: str) -> None:
    table = next(table for table in TABLES if table.name == name)
    rows = built_lake.read(table)

    with pytest.raises(GateClosed, match="unique"):
        gate(rows.unionByName(rows), table)


def test_a_missing_value_is_named_with_its_column(built_lake: Lake) -> None:
    rows = built_lake.read(plays.TABLE).withColumn("artist_name", F.lit(None).cast("string"))

    with pytest.raises(GateClosed, match=r"not_be_null\(artist_name\): 20 rows"):
        gate(rows, plays.TABLE)


def test_a_closed_gate_leaves_what_was_good_and_stops_what_follows(
    own_lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    current = own_lake.root.parent / "served" / CURRENT
    good, served = own_lake.read(track_play_count.TABLE).collect(), current.resolve()
    ingest(own_lake, recent_tracks(*many(7, "Protection", since=LONG_AGO)))
    build = track_play_count.build
    poisoned = F.expr("0L")
    monkeypatch.setattr(track_play_count, "build", lambda *of: build(*of).withColumn("play_count", poisoned))

    what_follows = (candidate_old_favorite.TABLE.name, track_candidates.TABLE.name, "publish")
    with pytest.raises(GateClosed, match=r"gold\.track_play_count"):
        built(own_lake, tables=("play-counts", *what_follows))

    assert sorted(own_lake.read(track_play_count.TABLE).collect()) == sorted(good)
    assert current.resolve() == served
    closed = own_lake.read(quality_log.TABLE).where("NOT success").collect()
    assert {row.table for row in closed} == {"gold.track_play_count"}
    monkeypatch.undo()
    again = built(own_lake, tables=(track_play_count.TABLE.name,))
    assert [written.table for written in again.written] == ["gold.track_play_count"]


def test_rows_that_have_collapsed_close_the_gate_until_they_are_accepted(built_lake: Lake) -> None:
    rows = built_lake.read(plays.TABLE)

    assert all(result.success for result in gate(rows, plays.TABLE, fewest=20))
    with pytest.raises(GateClosed, match=r"no fewer than 21 rows.*--accept-fewer"):
        gate(rows, plays.TABLE, fewest=21)


def test_a_candidate_that_was_played_closes_the_gate_unless_it_is_an_old_favorite(built_lake: Lake) -> None:
    played, unified = built_lake.read(track_play_count.TABLE), built_lake.read(track_candidates.TABLE)

    assert all(result.success for result in gate(unified, track_candidates.TABLE, played=played))
    with pytest.raises(GateClosed, match="no track that the listener has played"):
        gate(unified.withColumn("old_favorite", F.expr("false")), track_candidates.TABLE, played=played)


@pytest.mark.parametrize("in_memory", [0, 1_000_000])
def test_many_rows_are_checked_on_spark_with_the_same_verdict(
    built_lake: Lake, monkeypatch: pytest.MonkeyPatch, in_memory: int
) -> None:
    monkeypatch.setattr(gate_module, "CHECKED_IN_MEMORY", in_memory)
    rows = built_lake.read(track_play_count.TABLE)

    assert {result.success for result in gate(rows, track_play_count.TABLE, fewest=1, played=None)} == {True}
    with pytest.raises(GateClosed, match=r"play_count.*rows, such as -1"):
        gate(rows.withColumn("play_count", F.expr("-1L")), track_play_count.TABLE)
