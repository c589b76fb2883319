"""Landed answers become the catalogue: nothing is lost, nothing counts twice, and neither order nor pace matters."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from jobs.lake import Lake, Table
from jobs.report import Report
from jobs.silver import (
    album_tracks,
    artists,
    catalogue_log,
    quarantine,
    similar_artists,
    tracks,
)
from jobs.tables import CATALOGUE
from quality.gate import GateClosed
from tests.jobs.facts import (
    BAND,
    MONDAY,
    SONG,
    WEEK,
    album,
    album_info,
    artist_info,
    artist_tags,
    by,
    consume,
    content,
    near,
    similar,
    tag,
    tag_tracks,
    top_albums,
    top_tracks,
    track,
    track_info,
    track_tags,
    unknown,
)

LATER = MONDAY + WEEK
OF_BAND = "artist_id = 'massive attack'"
# Two crawls that differ, spellings that compete, and rows that are refused.
CRAWLS = (
    similar(BAND, near("Tricky", 0.9, mbid="m-1"), near("Air", 0.3), near("Moby", 7.3)),
    similar(BAND, near("TRICKY", 1), at=LATER),
    similar("Portishead", near("massive attack", 0.8, mbid="m-2"), near("tricky", 0.7, mbid="m-0")),
    top_tracks(BAND, track("Teardrop", 1, listeners=5, playcount=50), track("Angel", 2, playcount=40)),
    top_tracks(BAND, track("TEARDROP", 2, playcount=60), track("Safe", 1, playcount=-1), at=LATER),
    top_albums(BAND, album("Singles"), album("Mezzanine")),
    top_albums(BAND, album("MEZZANINE"), album("mezzanine"), at=LATER),
    album_info("Mezzanine", track("Angel", duration=380), track("Teardrop", 2), track("Roads", 3) | by("Portishead")),
    album_info("mezzanine", track("Angel", 2, duration=379), at=LATER),
    album_info("Singles", track("teardrop")),
    album_info("Blue Lines", track("Safe"), echo="BLUE LINES"),
    artist_info(BAND, listeners="10", mbid="m-3"),
    artist_info(BAND, listeners="12", at=LATER),
    artist_tags(BAND, tag("trip-hop"), tag("dub", 20)),
    artist_tags(BAND, tag("Seen Live"), at=LATER),
    track_info(SONG, listeners="7", duration="330000"),
    track_tags(SONG, tag("female vocals", 80), at=LATER),
    tag_tracks("trip-hop", track("teardrop", 1, mbid="t-1") | by(BAND), track("Glory Box", 2) | by("Portishead")),
    tag_tracks("trip-hop", track("Glory Box", 1) | by("PORTISHEAD"), at=LATER),
    tag_tracks("dub", track("Teardrop", 1, mbid="t-0") | by("massive attack"), echo="pop"),
    unknown("Nobody"),
)


def everything(lake: Lake) -> dict[str, Any]:
    return {table.name: content(lake, table) for table in (*CATALOGUE, quarantine.TABLE)}


class Killed(Exception):
    """What stands for a process that ends in the middle."""


def killed_at(table: Table, write: Callable[..., None]) -> Callable[..., None]:
    """A way to write that writes every table but this one."""

    def kill(lake: Lake, to: Table, *rows: Any) -> None:
        if to is table:
            raise Killed
        write(lake, to, *rows)

    return kill


@pytest.fixture(scope="module")
def at_once(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """All answers consumed in one run. To be read, not written."""
    lake = Lake(spark, tmp_path_factory.mktemp("once") / "lake")
    consume(lake, *CRAWLS)
    return lake


def test_every_answer_is_accounted_for(at_once: Lake) -> None:
    log = at_once.read(catalogue_log.TABLE).collect()

    assert len(log) == len(CRAWLS)
    assert all(row.read == row.kept + row.duplicate + row.quarantined for row in log)
    assert Counter(row.answer for row in log) == {"facts": 19, "refused": 1, "unknown": 1}
    assert sum(row.quarantined for row in log) == at_once.read(quarantine.TABLE).count() == 3
    assert sum(row.duplicate for row in log) == 1


def test_refused_rows_say_why(at_once: Lake) -> None:
    refused = {(row.reason, row.username) for row in at_once.read(quarantine.TABLE).collect()}

    assert refused == {("match outside 0 to 1", ""), ("negative playcount", ""), ("about another tag", "")}


def test_late_facts_improve_old_rows_and_vanished_ones_stay(at_once: Lake) -> None:
    near_band = {row.similar_artist_id: row for row in at_once.read(similar_artists.TABLE).where(OF_BAND).collect()}
    (band,) = at_once.read(artists.TABLE).where(OF_BAND).collect()

    assert (near_band["tricky"].match, near_band["tricky"].similar_artist_mbid) == (1.0, "m-1")
    assert (near_band["air"].match, near_band["air"].fetched_at.day) == (0.3, MONDAY.day)
    assert (band.listeners, band.artist_mbid, [one.name for one in band.tags]) == (12, "m-3", ["trip-hop", "dub"])


@pytest.mark.slow
def test_neither_order_nor_pace_changes_anything(at_once: Lake, lake: Lake) -> None:
    later, sooner = ([one for one in CRAWLS if (one.at == LATER) is late] for late in (True, False))
    shuffled = random.Random(3).sample(sooner, len(sooner))

    # The second crawl before most of the first.
    for answers in ([*later, *shuffled[:6]], shuffled[6:]):
        consume(lake, *answers)

    assert everything(lake) == everything(at_once)


@pytest.mark.slow
def test_when_in_a_crawl_a_page_was_fetched_changes_nothing(at_once: Lake, lake: Lake) -> None:
    chance = random.Random(5)

    consume(lake, *(replace(one, at=one.at + timedelta(minutes=chance.randrange(600))) for one in CRAWLS))

    facts = [table for table in CATALOGUE if table is not catalogue_log.TABLE]
    assert all(content(lake, table) == content(at_once, table) for table in facts)


@pytest.mark.slow
def test_a_consumer_that_is_killed_on_its_way_is_run_again(
    at_once: Lake, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        for write in (Lake.upsert, Lake.insert_new):
            patch.setattr(Lake, write.__name__, killed_at(catalogue_log.TABLE, write))
        with pytest.raises(Killed):
            consume(lake, *CRAWLS)

    consume(lake)
    assert everything(lake) == everything(at_once)


def test_what_was_consumed_is_told_once_and_a_second_run_does_nothing(lake: Lake) -> None:
    assert consume(lake) == Report()
    report = consume(lake, similar(BAND, near("Tricky"), near("Air")))

    assert {(one.table, one.listeners, one.rows) for one in report.written} == {
        ("silver.similar_artists", 0, 2),
        ("silver.artists", 0, 3),
    }
    assert all(result.success for result in report.gates)
    assert consume(lake) == Report()


@pytest.mark.slow
def test_an_album_that_is_ranked_late_becomes_its_tracks_album(lake: Lake) -> None:
    consume(lake, album_info("Another", track("Angel")), album_info("Mezzanine", track("Angel")))
    assert [row.album_name for row in lake.read(tracks.TABLE).collect()] == ["Another"]

    consume(lake, top_albums(BAND, album("MEZZANINE"), at=LATER))

    ranks = {row.album_name: row.album_rank for row in lake.read(album_tracks.TABLE).collect()}
    assert ranks == {"MEZZANINE": 1, "Another": album_tracks.UNRANKED}
    assert [row.album_name for row in lake.read(tracks.TABLE).collect()] == ["MEZZANINE"]


def test_a_closed_gate_keeps_its_rows_out_and_the_answers_pending(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    build = similar_artists.build
    with monkeypatch.context() as patch:
        patch.setattr(similar_artists, "build", lambda facts: build(facts).withColumn("match", F.lit(7.3)))
        with pytest.raises(GateClosed, match=r"silver\.similar_artists.*match"):
            consume(lake, similar(BAND, near("Tricky")))

    assert lake.read(similar_artists.TABLE).count() == lake.read(catalogue_log.TABLE).count() == 0
    consume(lake)
    assert [row.match for row in lake.read(similar_artists.TABLE).collect()] == [0.5]
