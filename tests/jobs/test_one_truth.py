"""The same play seen through several sources is one play, whatever comes first, and each source can be taken back."""

import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyspark.sql import Row, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.ingest import consume
from jobs.lake import USER_BUCKETS, Lake
from jobs.listeners import Listeners
from jobs.merges import merges
from jobs.merging import take_out
from jobs.report import Merged, Report
from jobs.sightings import KEY, SIGHTING, distinct, of_typed
from jobs.silver import plays
from quality.gate import gate
from tests.jobs.listening import FETCHED, NOON, ingest, land_records, play, recent_tracks
from tests.jobs.sighted import Sighting, plays_of, tolerance

SOURCES = ("csv", "lastfm", "spotify")
SIGHTINGS = st.sets(
    st.builds(
        Sighting,
        st.integers(0, 40).map(lambda step: step * 15),
        st.sampled_from(["Roads", "Roads (Live)", "ROADS - Remastered 2011", "Roads [Explicit]", "Numb"]),
        st.sampled_from(SOURCES),
        st.sampled_from(["Portishead", "Portishead - Topic", "portishead feat. Beth", "Blur"]),
    ),
    max_size=12,
)


@settings(max_examples=300, deadline=None)
@given(sightings=SIGHTINGS)
def test_plays_are_all_sightings_each_once_never_two_of_one_source_and_never_far_apart(
    sightings: set[Sighting],
) -> None:
    found = plays_of(sightings)

    assert sorted(one for each in found for one in each) == sorted(sightings)
    for each in found:
        assert len({one.source for one in each}) == len(each)
        assert all(abs(a.at - b.at) <= tolerance(a, b) for a, b in combinations(each, 2))


@settings(max_examples=100, deadline=None)
@given(sightings=SIGHTINGS, gone=st.sampled_from(SOURCES))
def test_a_source_that_is_taken_back_leaves_what_there_would_be_without_it(sightings: set[Sighting], gone: str) -> None:
    remembered = {one for play in plays_of(sightings) for one in play if one.source != gone}

    assert plays_of(remembered) == plays_of({one for one in sightings if one.source != gone})


def typed_rows(spark: SparkSession, worlds: Sequence[Iterable[Sighting]]) -> Any:
    """The worlds' sightings as typed plays, a listener each."""
    rows = [
        {
            "username": f"w{number}",
            "row": place,
            "source": one.source,
            "artist": one.artist,
            "track": one.track,
            "at": one.at,
        }
        for number, world in enumerate(worlds)
        for place, one in enumerate(sorted(world))
    ]
    # From a plain list Spark would start Python workers.
    raw = spark.createDataFrame(pa.Table.from_pylist(rows)).withColumns(
        {
            "batch_id": F.concat_ws("-", "username", "source"),
            "time": F.array(F.concat((F.col("at") + int(NOON.timestamp())).cast("string"))),
            "teller": F.col("source"),
            "timezone": F.lit("UTC"),
            "time_is_end": F.expr("false"),
            "fetched_at": F.lit(FETCHED),
            **{name: F.lit(None).cast("string") for name in ("album", "track_mbid", "artist_mbid", "ms_played")},
            **{name: F.lit(None).cast("string") for name in ("unusable", "as_sent")},
        }
    )
    return plays.typed(raw)


def told(row: Row) -> tuple[str, frozenset[Sighting]]:
    seen = row.seen or [row]
    second = int(NOON.timestamp())
    at = [int(one.played_at.replace(tzinfo=UTC).timestamp()) - second for one in seen]
    names = zip(seen, at, strict=True)
    return (row.username, frozenset(Sighting(time, one.track_name, one.source, one.artist_name) for one, time in names))


def test_spark_finds_the_plays_that_the_rules_say(spark: SparkSession) -> None:
    chance = random.Random(7)
    names, artists = ["Roads", "Roads (Live)", "Roads - Remastered 2011", "Numb"], ["Portishead", "Portishead - Topic"]
    worlds = [
        {
            Sighting(chance.randrange(60) * 11, chance.choice(names), chance.choice(SOURCES), chance.choice(artists))
            for _ in range(chance.randrange(1, 14))
        }
        for _ in range(150)
    ]

    found = plays.derived(distinct(of_typed(typed_rows(spark, worlds), USER_BUCKETS)), several_tellers=True)
    expected = {(f"w{number}", play) for number, world in enumerate(worlds) for play in plays_of(world)}
    rows = found.collect()
    assert {told(row) for row in rows} == expected
    assert len({tuple(row[name] for name in plays.TABLE.key) for row in rows}) == len(rows)


def test_where_all_is_of_one_source_both_ways_agree(spark: SparkSession) -> None:
    world = {Sighting(at * 20, "Roads", "csv") for at in range(9)}
    sightings = distinct(of_typed(typed_rows(spark, [world]), USER_BUCKETS))

    alone, matched = (plays.derived(sightings, several_tellers=several) for several in (False, True))
    assert sorted(alone.collect()) == sorted(matched.collect())


def as_records(*plays_seen: tuple[str, str, datetime]) -> list[dict[str, str]]:
    return [{"artist": artist, "track": track, "time": f"{at:%Y-%m-%d %H:%M}"} for artist, track, at in plays_seen]


HALF_PAST = NOON + timedelta(seconds=30)
MINUTES = as_records(
    ("Massive Attack - Topic", "Teardrop (feat. Liz Fraser)", NOON), ("Blur", "Tender", NOON + timedelta(hours=1))
)
SECONDS = recent_tracks(play(at=HALF_PAST, album={"#text": "Mezzanine"}), play("Angel", at=NOON))


def contents(lake: Lake) -> list[Row]:
    """All of silver.plays but who told first and when, which is what differs by the order of arrival."""
    seen = F.transform("seen", lambda one: F.struct(*(one[name] for name in KEY if name in ("source", "played_at"))))
    return (
        lake.read(plays.TABLE)
        .withColumn("seen", seen)
        .drop("batch_id", "ingested_at")
        .orderBy(*plays.TABLE.key)
        .collect()
    )


@pytest.fixture(scope="module")
def twice(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> tuple[Lake, Report, Report]:
    """A lake with one play that two sources saw, and the reports on the first source and on the second. To be read."""
    lake = Lake(spark, tmp_path_factory.mktemp("twice") / "lake")
    first = ingest(lake, SECONDS)
    land_records(lake.root.parent, MINUTES)
    return lake, first, consume(lake, lake.root.parent / "bronze", gate, now=FETCHED)


def test_a_play_seen_twice_is_one_that_remembers_both_and_says_so(twice: tuple[Lake, Report, Report]) -> None:
    lake, *reports = twice
    (first,), (second,) = (report.consumed for report in reports)

    assert (first.new, second.read, second.new, second.duplicate) == (2, 2, 1, 1)
    assert reports[1].merged == (Merged(("csv", "lastfm"), plays=1, at_one_instant=0, spelled_differently=1),)
    (merged,) = lake.read(plays.TABLE).where("seen IS NOT NULL").collect()
    assert (merged.track_name, merged.source, merged.sources) == ("Teardrop", "lastfm", ["csv", "lastfm"])
    assert merged.album_name == "Mezzanine" and [one.source for one in merged.seen] == ["lastfm", "csv"]


def test_what_was_merged_is_told_by_pair_of_sources_and_by_rule_with_examples(
    twice: tuple[Lake, Report, Report],
) -> None:
    lake, *_ = twice

    (pair,) = merges(lake, "ann").pairs
    assert (pair.sources, pair.when, pair.plays) == (("csv", "lastfm"), "within 30 seconds", 1)
    ((csv, lastfm),) = pair.examples
    assert (csv.artist_name, csv.played_at) == ("Massive Attack - Topic", "2024-03-01 12:00:00")
    assert (lastfm.artist_name, lastfm.played_at) == ("Massive Attack", "2024-03-01 12:00:30")
    assert merges(lake, "nobody").pairs == ()


@pytest.mark.slow
def test_imports_in_any_order_once_or_twice_give_the_same_plays(
    spark: SparkSession, tmp_path_factory: pytest.TempPathFactory
) -> None:
    lakes = [Lake(spark, tmp_path_factory.mktemp("order") / "lake") for _ in range(3)]
    ingest(lakes[0], SECONDS)
    land_records(lakes[0].root.parent, MINUTES)
    land_records(lakes[1].root.parent, MINUTES)
    land_records(lakes[2].root.parent, MINUTES)
    for lake in lakes:
        consume(lake, lake.root.parent / "bronze", gate, now=FETCHED)
    ingest(lakes[1], SECONDS)
    ingest(lakes[2], recent_tracks(play("Angel", at=NOON)), SECONDS, recent_tracks(play(at=HALF_PAST)))

    assert contents(lakes[0]) == contents(lakes[1]) == contents(lakes[2])
    assert len(contents(lakes[0])) == 3


def test_a_re_import_writes_nothing(lake: Lake) -> None:
    ingest(lake, SECONDS)
    before = lake.version(plays.TABLE)

    (again,) = ingest(lake, recent_tracks(play("Angel", at=NOON))).consumed
    assert (again.new, again.duplicate, lake.version(plays.TABLE)) == (0, 1, before)


def test_a_source_that_is_taken_out_leaves_what_others_saw(lake: Lake) -> None:
    land_records(lake.root.parent, MINUTES)
    consume(lake, lake.root.parent / "bronze", gate, now=FETCHED)
    alone = contents(lake)
    ingest(lake, SECONDS)
    ann = Listeners.named(lake.spark, ["ann"], USER_BUCKETS)

    take_out(lake, ann, lambda seen: seen.where("source <> 'lastfm'"), gate)
    assert contents(lake) == alone


@pytest.mark.slow
def test_plays_of_a_lake_from_before_are_sightings_of_their_source(lake: Lake) -> None:
    ingest(lake, SECONDS)
    lake.spark.sql(f"UPDATE delta.`{lake.path(plays.TABLE)}` SET sources = NULL, precision_seconds = NULL")
    land_records(lake.root.parent, MINUTES)

    consume(lake, lake.root.parent / "bronze", gate, now=FETCHED)
    assert lake.read(plays.TABLE).where("seen IS NOT NULL").count() == 1
    assert lake.read(plays.TABLE).schema["seen"].dataType == T.ArrayType(SIGHTING)
