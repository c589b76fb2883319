"""Answers about music in a few words, with values only where a test cares: as frames, or landed and consumed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as T

from flows.landing import CatalogueAnswer, land_answer
from jobs import questions
from jobs.bronze.lastfm_catalogue import raw_facts
from jobs.catalogue import consume_catalogue
from jobs.facts import typed
from jobs.lake import Lake, Table
from jobs.report import Report
from jobs.session import fit
from quality.gate import gate

MONDAY = datetime(2024, 6, 3, 12, tzinfo=UTC)
WEEK = timedelta(days=7)
NOW = datetime(2024, 7, 1, tzinfo=UTC)
BAND, SONG, RECORD = "Massive Attack", "Teardrop", "Mezzanine"
Facts = dict[str, Any]
PAGES = T.StructType(
    [
        T.StructField("batch_id", T.StringType()),
        T.StructField("username", T.StringType()),
        T.StructField("source", T.StringType()),
        T.StructField("request", T.MapType(T.StringType(), T.StringType())),
        T.StructField("fetched_at", T.TimestampType()),
        T.StructField("body", T.StringType()),
    ]
)
REQUEST = pa.map_(pa.string(), pa.string())


@dataclass(frozen=True)
class Answer:
    """What was asked and what was said; `asked` holds the request's own parts."""

    method: str
    asked: Mapping[str, str]
    body: str
    at: datetime

    @property
    def page(self) -> CatalogueAnswer:
        request = {**self.asked, "asked_at": self.at.isoformat()}
        return CatalogueAnswer("lastfm", self.method, "", request, self.body)


def answer(method: str, body: object, *, at: datetime = MONDAY, **asked: str) -> Answer:
    """Any body under any question; asked with autocorrect, unless it says otherwise."""
    autocorrect: dict[str, str] = {} if method == questions.TAG_TRACKS else {"autocorrect": "1"}
    return Answer(method, {**autocorrect, **asked}, body if isinstance(body, str) else json.dumps(body), at)


def similar(artist: str = BAND, *rows: Facts, echo: str | None = None, at: datetime = MONDAY) -> Answer:
    body = {"similarartists": {"artist": listed(rows), "@attr": {"artist": echo or artist}}}
    return answer(questions.SIMILAR_ARTISTS, body, at=at, artist=artist)


def top_tracks(artist: str = BAND, *rows: Facts, echo: str | None = None, at: datetime = MONDAY) -> Answer:
    named = [{"artist": {"name": echo or artist, "mbid": ""}} | row for row in rows]
    body = {"toptracks": {"track": listed(named), "@attr": {"artist": echo or artist}}}
    return answer(questions.TOP_TRACKS, body, at=at, artist=artist)


def top_albums(artist: str = BAND, *rows: Facts, at: datetime = MONDAY) -> Answer:
    named = [{"artist": {"name": artist, "mbid": ""}} | row for row in rows]
    body = {"topalbums": {"album": listed(named), "@attr": {"artist": artist}}}
    return answer(questions.TOP_ALBUMS, body, at=at, artist=artist)


def artist_tags(artist: str = BAND, *rows: Facts, at: datetime = MONDAY) -> Answer:
    body = {"toptags": {"tag": listed(rows), "@attr": {"artist": artist}}}
    return answer(questions.ARTIST_TAGS, body, at=at, artist=artist)


def artist_info(artist: str = BAND, *, echo: str | None = None, at: datetime = MONDAY, **stats: object) -> Answer:
    about: Facts = {name: stats.pop(name) for name in ("mbid", "url") if name in stats}
    said: Facts = {"name": echo or artist, **about, "stats": stats, "tags": {"tag": [{"name": "untrue"}]}}
    return answer(questions.ARTIST_INFO, {"artist": said}, at=at, artist=artist)


def album_info(
    album: str = RECORD, *rows: Facts, artist: str = BAND, echo: str | None = None, at: datetime = MONDAY
) -> Answer:
    named = [{"artist": {"name": artist, "mbid": ""}} | row for row in rows]
    body = {"album": {"name": echo or album, "artist": artist, "tags": "", "tracks": {"track": listed(named)}}}
    return answer(questions.ALBUM_INFO, body, at=at, artist=artist, album=album)


def track_tags(track: str = SONG, *rows: Facts, artist: str = BAND, at: datetime = MONDAY) -> Answer:
    body = {"toptags": {"tag": listed(rows), "@attr": {"artist": artist, "track": track}}}
    return answer(questions.TRACK_TAGS, body, at=at, artist=artist, track=track)


def track_info(track: str = SONG, *, artist: str = BAND, at: datetime = MONDAY, **facts: object) -> Answer:
    body = {"track": {"name": track, "artist": {"name": artist}, "toptags": {"tag": [{"name": "untrue"}]}, **facts}}
    return answer(questions.TRACK_INFO, body, at=at, artist=artist, track=track)


def tag_tracks(tag: str = "trip-hop", *rows: Facts, echo: str | None = None, at: datetime = MONDAY) -> Answer:
    body = {"tracks": {"track": listed(rows), "@attr": {"tag": echo or tag}}}
    return answer(questions.TAG_TRACKS, body, at=at, tag=tag)


def unknown(artist: str = "Nobody", *, at: datetime = MONDAY) -> Answer:
    body = {"error": 6, "message": "The artist you supplied could not be found"}
    return answer(questions.SIMILAR_ARTISTS, body, at=at, artist=artist)


def about_bristol() -> list[Answer]:
    """Enough about one band for a candidate of each strategy: a neighbour, an obscure track, a tag of its own."""
    known = {"listeners": "2000000", "playcount": "9000000"}
    others = ("Tricky", "Portishead", "Morcheeba", "Lamb", "Blur")
    return [
        similar(BAND, near("Tricky", "1"), near("Blur", 0.1)),
        top_tracks(BAND, track(SONG, 1, **known), track("Group Four", 2, listeners="1", playcount="900")),
        top_tracks("Tricky", track("Overcome", 1, listeners="500000", playcount="3000000")),
        top_albums(BAND, album(RECORD)),
        album_info(RECORD, track(SONG), track("Group Four"), track("Exchange")),
        *(artist_tags(name, tag("trip-hop")) for name in (BAND, *others[:-1])),
        artist_tags("Blur", tag("britpop")),
        artist_info(BAND, listeners="4000000", playcount="200000000"),
        tag_tracks("trip-hop", track("Roads", 1, **by("Portishead")), track(SONG, 2, **by(BAND))),
        unknown(),
    ]


def near(name: Any = "Tricky", match: Any = 0.5, **more: Any) -> Facts:
    """A row of artist.getSimilar."""
    return {"name": name, "match": match, "mbid": "", "url": f"https://music/{name}"} | more


def track(name: Any = SONG, rank: Any = 1, **more: Any) -> Facts:
    """A row of artist.getTopTracks, album.getInfo or tag.getTopTracks."""
    return {"name": name, "@attr": {"rank": rank}} | more


def by(artist: Any) -> Facts:
    """The artist of a row."""
    return {"artist": {"name": artist, "mbid": ""}}


def album(name: Any = RECORD, **more: Any) -> Facts:
    """A row of artist.getTopAlbums, whose rank is its place."""
    return {"name": name, "playcount": 1000, "mbid": ""} | more


def tag(name: Any = "trip-hop", count: Any = 100) -> Facts:
    """A row of artist.getTopTags or track.getTopTags."""
    return {"name": name, "count": count, "url": f"https://tags/{name}"}


def listed(rows: Any) -> Any:
    """One row comes as an object and not as a list, and none sometimes as an empty text."""
    return rows[0] if len(rows) == 1 else list(rows) or ""


def facts(spark: SparkSession, *answers: Answer) -> DataFrame:
    """What the answers hold, understood, without a lake."""
    rows = [
        {
            "batch_id": one.page.batch_id,
            "username": "",
            "source": "lastfm",
            "request": list({**one.page.request, "method": one.method, "source": "lastfm"}.items()),
            "fetched_at": one.at,
            "body": one.body,
        }
        for one in answers
    ]
    fit(spark, len(rows))
    arrow = [pa.field(field.name, REQUEST if field.name == "request" else _arrow(field)) for field in PAGES]
    pages = spark.createDataFrame(pa.Table.from_pylist(rows, pa.schema(arrow)), PAGES)
    return typed(raw_facts(pages)).localCheckpoint()


def consume(lake: Lake, *answers: Answer) -> Report:
    """Land these answers and consume what is landed."""
    bronze = lake.root.parent / "bronze"
    for one in answers:
        land_answer(one.page, bronze, str(sorted(one.asked.items())), fetched_at=one.at)
    return consume_catalogue(lake, bronze, gate, now=NOW)


def content(lake: Lake, table: Table) -> list[Facts]:
    """The table's rows in the order of their keys, all columns but `*_at`."""
    rows = [row.asDict(recursive=True) for row in lake.read(table).collect()]
    rows.sort(key=lambda row: [row[name] for name in table.key])
    return [{name: value for name, value in row.items() if not name.endswith("_at")} for row in rows]


def _arrow(field: T.StructField) -> pa.DataType:
    return pa.timestamp("us", tz="UTC") if field.name == "fetched_at" else pa.string()
