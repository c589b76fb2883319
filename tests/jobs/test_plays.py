"""What a row says is understood, or refused with its reason: silver.plays before any table is touched."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from jobs.bronze import csv_records, lastfm_recent_tracks
from jobs.silver import plays, quarantine
from tests.jobs.listening import FETCHED, NOON, play, recent_tracks

TIMES = {
    ("1555612930", "Europe/Berlin"): datetime(2019, 4, 18, 18, 42, 10),
    ("1555612930000", "UTC"): datetime(2019, 4, 18, 18, 42, 10),
    ("1555612930.0", "UTC"): datetime(2019, 4, 18, 18, 42, 10),
    ("11 Mar 2024, 09:07", "UTC"): datetime(2024, 3, 11, 9, 7),
    ("20 Nov 2020 09:35", "UTC"): datetime(2020, 11, 20, 9, 35),
    ("2020-11-20T09:35:00+02:00", "America/New_York"): datetime(2020, 11, 20, 7, 35),
    ("2020-11-20T09:35:00Z", "America/New_York"): datetime(2020, 11, 20, 9, 35),
    ("2020-11-20 09:35:10", "America/New_York"): datetime(2020, 11, 20, 14, 35, 10),
    ("2020/11/20 09:35", "UTC"): datetime(2020, 11, 20, 9, 35),
    ("2020-11-20", "UTC"): datetime(2020, 11, 20),
    ("2020-11-20", "Europe/Berlin"): datetime(2020, 11, 19, 23),
    # A time of day, which Spark would read as today's; a month without a day; words.
    ("12:30:15", "UTC"): None,
    ("Nov 2020", "UTC"): None,
    ("soon", "UTC"): None,
}


def page(spark: SparkSession, body: str, **request: str) -> DataFrame:
    """One landed page, as jobs.bronze.pages reads it."""
    asked = F.from_json(F.lit(json.dumps(request)), "map<string, string>")
    sent = {"batch_id": "b1", "username": "ann", "source": "lastfm", "fetched_at": FETCHED, "body": body, "origin": "f"}
    return spark.range(1).select(asked.alias("request"), *(F.lit(value).alias(name) for name, value in sent.items()))


def typed(spark: SparkSession, *rows: Mapping[str, Any]) -> list[Row]:
    return plays.typed(lastfm_recent_tracks.raw_plays(page(spark, recent_tracks(*rows)))).collect()


def records(spark: SparkSession, rows: Sequence[Mapping[str, str]], **request: str) -> list[Row]:
    columns = {name: name for name in ("artist", "track", "album", "time")} | {"timezone": "UTC"} | request
    return plays.typed(csv_records.raw_plays(page(spark, json.dumps(rows), **columns))).collect()


def test_times_are_understood_as_they_are_written(spark: SparkSession) -> None:
    zones = sorted({zone for _, zone in TIMES})
    understood: dict[tuple[str, str], datetime | None] = {}
    for zone in zones:
        cells = [cell for cell, where in TIMES if where == zone]
        sent = [{"artist": "Blur", "track": "Tender", "time": cell} for cell in cells]
        found = records(spark, sent, timezone=zone)
        understood |= {(cell, zone): row.played_at for cell, row in zip(cells, found, strict=True)}

    assert understood == TIMES


def test_each_row_that_cannot_be_a_play_says_why(spark: SparkSession) -> None:
    playing = {"@attr": {"nowplaying": "true"}, "artist": {"#text": "Mew"}, "name": "Symmetry"}
    long_ago, ahead = datetime(1970, 1, 1, tzinfo=UTC), FETCHED + timedelta(days=1, seconds=1)
    rows = typed(
        spark,
        play(),
        playing,
        play(artist="\u200b "),
        play(""),
        play(date={}),
        play(at=long_ago),
        play(at=ahead),
        play(["a", "list"]),
        play(date={"uts": "soon"}),
    )

    assert [row.refusal for row in rows] == [
        None,
        "now playing",
        "no artist",
        "no track",
        "no time",
        "time before 2002-01-01",
        "time more than a day ahead",
        "wrong type",
        "wrong type: the time cannot be read",
    ]


@pytest.mark.parametrize("artist", [{"mbid": "x", "name": "Mew"}, {"mbid": "x", "#text": "Mew"}])
def test_the_artist_is_found_in_compact_and_extended_answers(spark: SparkSession, artist: dict[str, str]) -> None:
    assert [row.artist_name for row in typed(spark, play() | {"artist": artist})] == ["Mew"]


@pytest.mark.parametrize("nothing", ['{"recenttracks": {"track": []}}', '{"recenttracks": {"track": ""}}', "{}"])
def test_a_page_without_plays_has_no_rows(spark: SparkSession, nothing: str) -> None:
    assert lastfm_recent_tracks.raw_plays(page(spark, nothing)).collect() == []


def test_artists_that_look_like_numbers_are_names(spark: SparkSession) -> None:
    assert [row.artist_id for row in typed(spark, play(artist="1914"), play(artist=36))] == ["1914", "36"]


def test_a_second_column_with_times_serves_where_the_first_says_nothing(spark: SparkSession) -> None:
    sent = {"artist": "Blur", "track": "Tender", "time": " ", "utc_time": "20 Nov 2020 09:35"}

    (row,) = records(spark, [sent], time_2="utc_time")
    assert row.played_at == datetime(2020, 11, 20, 9, 35)


def test_records_that_do_not_fit_their_columns_are_refused(spark: SparkSession) -> None:
    sound = {"artist": "Blur", "track": "Tender", "time": "1555612930"}
    rows = records(spark, [sound | {"": "more"}, sound | {"": "bytes that are not UTF-8"}, {"artist": "Blur"}, sound])

    assert [row.refusal for row in rows] == ["more fields than columns", "not UTF-8", "no track", None]


def test_of_rows_for_one_play_the_one_that_says_more_is_kept(spark: SparkSession) -> None:
    rows = recent_tracks(play(" teardrop"), play(album={"#text": "Mezzanine"}, mbid="m-1"), play(at=NOON))
    frame = plays.typed(lastfm_recent_tracks.raw_plays(page(spark, rows)))

    (kept,) = plays.build(frame).collect()
    assert (kept.album_name, kept.track_mbid, kept.artist_mbid) == ("Mezzanine", "m-1", None)


def test_a_refused_row_is_kept_as_it_was_sent(spark: SparkSession) -> None:
    sent = '{"artist":{"#text":"","mbid":"<b>"},"date":{"uts":"0"},"name":"\u0422\u0430\u043d\u0446\u044b"}'
    frame = plays.typed(lastfm_recent_tracks.raw_plays(page(spark, f'{{"recenttracks":{{"track":{sent}}}}}')))

    assert [row.as_sent for row in quarantine.build(frame).collect()] == [sent]
