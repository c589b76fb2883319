"""Artists that a person says are one are one in plays, old and new, and in facts; taken back, nothing is left of it."""

import json
from datetime import timedelta

import pytest
from pyspark.sql import Row

from flows.landing import Page, folder_of, land
from jobs.aliases import Aliases
from jobs.aliasing import all_aliases, make_alias, proposed_aliases, take_back
from jobs.failures import JobFailed
from jobs.ingest import consume
from jobs.lake import Lake, literal_rows
from jobs.report import Alias
from jobs.run import ask
from jobs.silver import artist_top_tracks, plays, similar_artists
from quality.gate import gate
from tests.jobs.listening import FETCHED, NOON, ingest, land_records, play, recent_tracks

LATER = NOON + timedelta(hours=1)
# The first two are at one instant: by an alias they are one play.
TOLD = recent_tracks(play("Tender", "Blur"), play("Tender", "Blur UK"), play("Parklife", "Blur UK", at=LATER))
EXPORTED = [{"artist": "Blur UK", "track": "Tender", "time": f"{NOON + timedelta(seconds=20):%Y-%m-%d %H:%M:%S}"}]


def rows(lake: Lake) -> list[Row]:
    return lake.read(plays.TABLE).orderBy(*plays.TABLE.key).collect()


def alias(lake: Lake, name: str, into: str) -> None:
    make_alias(lake, name, into, gate, now=FETCHED)


def test_an_alias_makes_plays_one_follows_to_new_ones_and_taken_back_leaves_nothing(lake: Lake) -> None:
    land_records(lake.root.parent, EXPORTED)
    ingest(lake, TOLD)
    before = rows(lake)

    alias(lake, "Blur  uk", "Blur")
    merged = rows(lake)
    ingest(lake, recent_tracks(play("Song 2", "BLUR UK", at=LATER)))
    assert len(before) == 3 and len(merged) == 2 and len(rows(lake)) == 3
    assert {(row.artist_id, row.artist_name) for row in rows(lake)} == {("blur", "Blur")}
    assert {one.artist_name for row in merged for one in row.seen} == {"Blur", "Blur UK"}
    assert all_aliases(lake).aliases == (Alias("Blur uk", "Blur", 3),)

    take_back(lake, "blur UK", gate)
    assert {row.artist_id for row in rows(lake)} == {"blur", "blur uk"}
    assert [row for row in rows(lake) if row.track_name != "Song 2"] == before
    assert proposed_aliases(lake).aliases == ()


@pytest.mark.parametrize("words", [["--alias=", "--into=Blur"], ["--alias=Blur", "--into= "], ["--undo-alias="]])
def test_no_name_is_nobody_and_not_nothing_to_do(lake: Lake, words: list[str]) -> None:
    with pytest.raises(JobFailed, match="is not an artist's name"):
        ask(lake.spark, lake.root.parent, words)


@pytest.mark.slow
def test_what_contradicts_an_alias_is_refused_and_a_chain_is_followed_to_its_end(lake: Lake) -> None:
    ingest(lake, TOLD)
    alias(lake, "Blur UK", "Blur")
    alias(lake, "Blur", "Blur (Band)")

    for name, into in (("Blur UK", "Oasis"), ("Blur (band)", "Blur uk"), ("Oasis", " oasis")):
        with pytest.raises(JobFailed):
            alias(lake, name, into)
    with pytest.raises(JobFailed, match="'segue alias --list'"):
        take_back(lake, "Oasis", gate)
    assert {row.artist_name for row in rows(lake)} == {"Blur (Band)"}


def test_facts_are_of_the_artist_that_an_alias_stands_for(lake: Lake) -> None:
    alias(lake, "Blur UK", "Blur")
    told = (FETCHED, None)
    near = literal_rows(
        lake.spark,
        similar_artists.TABLE,
        [
            ("oasis", "blur uk", "Blur UK", None, 0.9, "lastfm", *told),
            ("oasis", "blur", "Blur", None, 0.7, "lastfm", *told),
            ("blur uk", "blur", "Blur", None, 1.0, "lastfm", *told),
            ("blur uk", "pulp", "Pulp", None, 0.5, "lastfm", *told),
        ],
    )
    top = literal_rows(
        lake.spark,
        artist_top_tracks.TABLE,
        [("blur uk", "tender|blur uk", "Tender", 1, 5, 7, "lastfm", *told)],
    )

    aliases = Aliases.of(lake)
    found = aliases.facts(near, similar_artists.TABLE).select("artist_id", "similar_artist_id", "match").collect()
    assert sorted(map(tuple, found)) == [("blur", "pulp", 0.5), ("oasis", "blur", 0.7)]
    (track,) = aliases.facts(top, artist_top_tracks.TABLE).collect()
    assert (track.artist_id, track.track_id) == ("blur", "tender|blur")


@pytest.mark.slow
def test_an_alias_taken_back_leaves_each_play_with_whoever_told_of_it_first(lake: Lake) -> None:
    told = [("json", "Blur", 3), ("lastfm-export", "Blur UK", 2), ("csv", "Blur UK", 1)]
    for day, (source, artist, fetched) in enumerate(told):
        records = json.dumps([{"artist": artist, "track": "Tender", "time": f"{NOON + timedelta(seconds=10 * day)}"}])
        columns = {"artist": "artist", "track": "track", "time": "time", "timezone": "UTC"}
        page = Page("csv", "records", "ann", columns | {"file": source}, records)
        folder = folder_of(lake.root.parent / "bronze", "csv", "records", "ann") / source
        land(page, folder, "records-1", fetched_at=FETCHED + timedelta(hours=fetched))
        consume(lake, lake.root.parent / "bronze", gate, now=FETCHED + timedelta(days=day))
    before = rows(lake)

    alias(lake, "Blur UK", "Blur")
    assert len(rows(lake)) == 1
    take_back(lake, "Blur UK", gate)
    assert len(before) == 2 and rows(lake) == before
