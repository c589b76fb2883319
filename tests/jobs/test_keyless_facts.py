"""Facts from those who want no key, and from the histories themselves, in the same tables as Last.fm's."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from pyspark.sql import SparkSession

from flows.landing import CatalogueAnswer, land_answer
from jobs import co_listening, questions
from jobs.catalogue import consume_catalogue
from jobs.co_listening import near as near_by_histories
from jobs.frontier import frontier
from jobs.lake import Lake
from jobs.questions import Question
from jobs.session import fit
from jobs.silver import album_tracks, artist_top_tracks, artists, catalogue_log, similar_artists, tag_top_tracks
from quality.gate import gate
from tests.flows.small_metabrainz import ALBUM_MBID, MBID, NEAR, TRACKS
from tests.jobs.facts import MONDAY, NOW, content, near, similar, top_tracks, track
from tests.jobs.facts import consume as consume_lastfm
from tests.jobs.listening import built, ingest, play, recent_tracks

BAND = "Portishead"
FURTHER = {"artist_mbid": "26aa6f1b-6d4b-4b53-96b4-b10fcd61d4da", "name": "Lamb", "score": 200}
ARTIST = {"id": MBID, "name": BAND, "tags": [{"name": "trip hop", "count": 8}, {"name": "sad", "count": -1}]}
ROADS = {"title": "Roads", "recording": {"id": ALBUM_MBID, "length": 304000}}


def answer(source: str, method: str, body: Any, *, mbid: str = MBID, **asked: str) -> CatalogueAnswer:
    request = {**asked, "artist_mbid": mbid, "asked_at": MONDAY.isoformat()}
    return CatalogueAnswer(source, method, "", request, json.dumps(body))


def consume(lake: Lake, *answers: CatalogueAnswer) -> None:
    bronze = lake.root.parent / "bronze"
    for one in answers:
        land_answer(one, bronze, str(sorted(one.request.items())), fetched_at=MONDAY)
    consume_catalogue(lake, bronze, gate, now=NOW)


@pytest.fixture(scope="module")
def told(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """What ListenBrainz and MusicBrainz say of one band; Last.fm of another. To be read."""
    fit(spark, 1)
    lake = Lake(spark, tmp_path_factory.mktemp("keyless") / "lake")
    listenbrainz = [
        answer("listenbrainz", questions.SIMILAR_ARTISTS, [*NEAR, FURTHER, {"score": 1}], artist=BAND),
        answer("listenbrainz", questions.TOP_TRACKS, TRACKS, artist=BAND),
        answer("listenbrainz", questions.SIMILAR_ARTISTS, {}, artist="Blur", mbid=""),
    ]
    by_two = {"title": "Glory Box", "artist-credit": [{"name": BAND, "artist": {"id": MBID}}]}
    musicbrainz = [
        answer("musicbrainz", questions.ARTIST_TAGS, {"artists": [{"id": "other"}, ARTIST]}, artist=BAND),
        answer("musicbrainz", questions.ALBUM_INFO, {"media": [{"tracks": [ROADS]}]}, artist=BAND, album="Dummy"),
        answer("musicbrainz", questions.TAG_TRACKS, {"recordings": [by_two]}, tag="Trip Hop", mbid=""),
    ]
    consume(lake, *listenbrainz, *musicbrainz)
    consume_lastfm(lake, similar(BAND, near("Tricky", 0.3)), top_tracks(BAND, track("Roads", 4, listeners=9)))
    return lake


def one(lake: Lake, table: Any, **where: Any) -> dict[str, Any]:
    [row] = [row for row in content(lake, table) if all(row[name] == value for name, value in where.items())]
    return row


def test_answers_of_all_providers_become_rows_that_name_them(told: Lake) -> None:
    assert one(told, similar_artists.TABLE, similar_artist_id="lamb")["match"] == 0.25
    assert one(told, similar_artists.TABLE, similar_artist_id="lamb")["source"] == "listenbrainz"
    assert [tag["name"] for tag in one(told, artists.TABLE, artist_id="portishead")["tags"]] == ["trip hop"]
    assert one(told, artists.TABLE, artist_id="portishead")["artist_mbid"] == MBID
    assert one(told, album_tracks.TABLE)["track_id"] == "roads|portishead"
    assert one(told, tag_top_tracks.TABLE)["track_id"] == "glory box|portishead"


def test_the_better_providers_word_counts_whoever_spoke_first(told: Lake) -> None:
    assert one(told, similar_artists.TABLE, similar_artist_id="tricky")["match"] == 0.3
    assert one(told, artist_top_tracks.TABLE, artist_id="portishead")["listeners"] == 9


def test_every_row_of_theirs_is_accounted_for(told: Lake) -> None:
    log = [row for row in content(told, catalogue_log.TABLE) if row["source"] == "listenbrainz"]
    assert all(row["read"] == row["kept"] + row["duplicate"] + row["quarantined"] for row in log)
    assert sorted((row["answer"], row["quarantined"]) for row in log) == [("facts", 0), ("facts", 1), ("unknown", 0)]


@pytest.mark.slow
def test_what_one_provider_does_not_know_is_asked_of_the_next(told: Lake) -> None:
    ingest(told, recent_tracks(play("Song 2", artist="Blur"), play("Roads", artist=BAND)))
    built(told)
    two = {questions.SIMILAR_ARTISTS: ("listenbrainz", "bundled")}
    asked = frontier(told, now=MONDAY + timedelta(days=1), most=9, askable=two)

    assert [(one.artist, one.source) for one in asked] == [("Blur", "bundled")]
    assert asked == (Question(questions.SIMILAR_ARTISTS, "Blur", source="bundled", value=asked[0].value),)


def heard(spark: SparkSession, *sessions: tuple[str, int, str]) -> Any:
    """Plays a minute apart, an artist a letter, in sessions a day apart."""
    rows = [
        (who, datetime(2024, 1, day, 12, minute), artist, artist, artist, artist)
        for who, day, artists in sessions
        for minute, artist in enumerate(artists)
    ]
    names = ["username", "played_at", "track_id", "track_name", "artist_id", "artist_name"]
    return spark.createDataFrame(rows, names)


def test_artists_heard_together_are_near_symmetrically_and_one_session_says_nothing(spark: SparkSession) -> None:
    plays = heard(spark, ("ann", 1, "aabx"), ("ann", 2, "ab"), ("bob", 1, "ba"), ("bob", 2, "bac"), ("bob", 3, "ac"))

    pairs = {(row.artist_id, row.similar_artist_id): row.match for row in near_by_histories(plays).collect()}

    assert set(pairs) == {("a", "b"), ("b", "a"), ("a", "c"), ("c", "a")}
    assert pairs["a", "b"] == pairs["b", "a"] == pairs["c", "a"] == 1.0 and 0 < pairs["a", "c"] < 1


@pytest.mark.slow
def test_histories_speak_only_of_artists_of_whom_nobody_else_does(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(co_listening, "FEWEST_PLAYS", 1)
    evenings = [play(name, artist=name, at=MONDAY - timedelta(days=day)) for day in (1, 2, 3) for name in "AB"]
    ingest(lake, recent_tracks(*evenings))
    consume(lake)
    assert content(lake, similar_artists.TABLE) == [], "alone, it could lead to nothing that was not played"

    ingest(lake, recent_tracks(*evenings), listener="bob")
    consume(lake)
    assert {(row["artist_id"], row["source"]) for row in content(lake, similar_artists.TABLE)} == {
        ("a", "co-listening"),
        ("b", "co-listening"),
    }

    consume_lastfm(lake, similar("A", near("Z", 1)))
    assert [row["similar_artist_id"] for row in content(lake, similar_artists.TABLE)] == ["z", "a"]
