"""What each service's export says of a play is understood, and what is no play is refused with the reason."""

import json
from collections.abc import Mapping
from datetime import datetime
from types import ModuleType
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from jobs.bronze import (
    json_records,
    koito_export,
    lastfm_export,
    listenbrainz_export,
    listenbrainz_listens,
    maloja_export,
    spotify,
    spotify_account,
)
from jobs.silver import plays
from tests.jobs.test_plays import page

STREAM: dict[str, Any] = {
    "ts": "2024-02-29T16:09:06Z",
    "ms_played": 197_700,
    "master_metadata_track_name": "Roads",
    "master_metadata_album_artist_name": "Portishead",
    "master_metadata_album_album_name": "Dummy",
    "episode_name": None,
}
ENDED: dict[str, Any] = {
    "endTime": "2022-11-01 22:00",
    "artistName": "Portishead",
    "trackName": "Roads",
    "msPlayed": 81_000,
}
LISTEN: dict[str, Any] = {
    "listened_at": 1_587_245_842,
    "track_metadata": {
        "artist_name": "SOHN",
        "track_name": "Signal",
        "release_name": "Rennen",
        "additional_info": {"recording_mbid": "r-0", "artist_mbids": []},
        "mbid_mapping": {"recording_mbid": "r-1", "artist_mbids": ["a-1"]},
    },
}


def typed(spark: SparkSession, module: ModuleType, *records: object, **request: str) -> list[Row]:
    body = "\n".join(one if isinstance(one, str) else json.dumps(one) for one in records)
    rows: list[Row] = plays.typed(module.raw_plays(page(spark, body, **request))).orderBy("row").collect()
    return rows


def told(row: Row) -> tuple[object, ...]:
    assert row.refusal is None, row.refusal
    return (row.artist_name, row.track_name, row.album, row.track_mbid, row.artist_mbid, row.played_at)


def named(name: str) -> list[Mapping[str, object]]:
    return [{"alias": f"{name}!", "is_primary": False}, {"alias": name, "is_primary": True}]


def test_a_scrobble_of_lastfms_export(spark: SparkSession) -> None:
    scrobble = {
        "timestamp": {"iso": "2014-11-01T00:01:05", "unixtimestamp": 1_414_800_065},
        "track": {"name": "Roads", "mbid": "t", "artist": {"name": "Portishead", "mbid": "a"}},
        "album": {"name": "Dummy"},
    }

    (row,) = typed(spark, lastfm_export, scrobble)
    assert told(row) == ("Portishead", "Roads", "Dummy", "t", "a", datetime(2014, 11, 1, 0, 1, 5))


def test_a_listen_of_listenbrainz_by_api_and_export(spark: SparkSession) -> None:
    expected = ("SOHN", "Signal", "Rennen", "r-1", "a-1", datetime(2020, 4, 18, 21, 37, 22))

    (exported,) = typed(spark, listenbrainz_export, LISTEN)
    (sent,) = typed(spark, listenbrainz_listens, {"payload": {"listens": [LISTEN]}})
    assert told(exported) == told(sent) == expected
    assert json.loads(sent.as_sent) == LISTEN


def test_spotify_tells_when_a_stream_ended(spark: SparkSession) -> None:
    (stream,) = typed(spark, spotify, STREAM)
    (account,) = typed(spark, spotify_account, ENDED)

    assert told(stream)[-1] == datetime(2024, 2, 29, 16, 5, 48, 300_000) and stream.album == "Dummy"
    assert told(account)[-1] == datetime(2022, 11, 1, 21, 58, 39)


def test_what_spotify_streamed_beside_music_is_refused(spark: SparkSession) -> None:
    nothing = {"master_metadata_track_name": None, "master_metadata_album_artist_name": None}
    rows = typed(
        spark,
        spotify,
        STREAM | nothing | {"episode_name": "How it began", "ms_played": 5},
        STREAM | nothing | {"audiobook_title": "Dune"},
        STREAM | {"ms_played": 29_999},
        STREAM | {"ms_played": None},
        STREAM | nothing,
        STREAM | {"ts": None},
        STREAM | {"master_metadata_track_name": {"a": 1}},
        STREAM | {"ms_played": 30_000},
    )

    assert [row.refusal for row in rows] == [
        "a podcast episode",
        "an audiobook",
        "played for less than 30 seconds",
        "no length: when it began is not known",
        "no artist",
        "no time",
        "wrong type",
        None,
    ]
    assert [row.refusal for row in typed(spark, spotify, STREAM, kind="video")] == ["a video"]
    (podcast,) = typed(spark, spotify_account, {"endTime": "2022-11-01 22:00", "podcastName": "x", "msPlayed": 9})
    assert podcast.refusal == "a podcast episode"


@pytest.mark.parametrize(
    "scrobble",
    [
        {"time": 1_414_800_065, "track": {"artists": ["A", "B"], "title": "X", "album": {"albumtitle": "Y"}}},
        {"time": 1_414_800_065, "track": {"artists": ["A"], "title": "X", "album": None}, "extra": {"album_name": "Y"}},
        {"time": 1_414_800_065, "artists": ["A"], "title": "X", "album": {"albumtitle": "Y"}},
    ],
)
def test_a_scrobble_of_maloja(spark: SparkSession, scrobble: Mapping[str, object]) -> None:
    (row,) = typed(spark, maloja_export, scrobble)

    assert told(row) == ("A", "X", "Y", None, None, datetime(2014, 11, 1, 0, 1, 5))


def test_a_listen_of_koito(spark: SparkSession) -> None:
    featured = {"mbid": None, "is_primary": False, "aliases": named("Guest")}
    listen = {
        "listened_at": "2024-05-01T12:00:30Z",
        "track": {"mbid": "t", "duration": 300, "aliases": named("Roads")},
        "album": {"mbid": None, "aliases": named("Dummy")},
        "artists": [featured, {"mbid": "a", "is_primary": True, "aliases": named("Portishead")}],
    }

    (row,) = typed(spark, koito_export, listen)
    assert told(row) == ("Portishead", "Roads", "Dummy", "t", "a", datetime(2024, 5, 1, 12, 0, 30))


def test_a_record_that_cannot_be_read_costs_itself_alone_and_is_kept(spark: SparkSession) -> None:
    doubled = '{"listened_at": 1, "listened_at": 2}'
    rows = typed(
        spark,
        listenbrainz_export,
        LISTEN,
        '{"listened_at": ',
        '"text"',
        doubled,
        {"segue:not-utf-8": "B\ufffdrk"},
        {"listened_at": [1], "track_metadata": {"artist_name": "A", "track_name": "B"}},
        LISTEN,
    )

    reasons = [None, "not JSON", "wrong type", "not JSON", "not UTF-8", "wrong type", None]
    assert [row.refusal for row in rows] == reasons
    assert rows[1].as_sent == '{"listened_at": ' and rows[3].as_sent == doubled


def test_flat_records_of_an_unknown_kind_are_read_by_their_columns(spark: SparkSession) -> None:
    records = [{"by": "A", "song": "X", "when": "1414800065"}, {"text": "x", "": "not JSON"}]
    body = json.dumps(records)

    sound, broken = typed(spark, json_records, body, artist="by", track="song", time="when", timezone="UTC")
    assert told(sound)[:2] == ("A", "X") and broken.refusal == "not JSON"
