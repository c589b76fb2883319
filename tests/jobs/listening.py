"""Plays and landed pages in a few words, with values only where a test cares."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flows.landing import Page, folder_of, land
from jobs.ingest import consume
from jobs.lake import Lake
from jobs.rebuild import Moment
from jobs.report import Report
from jobs.run import run
from quality.gate import gate

NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)
LONG_AGO = datetime(2022, 1, 1, tzinfo=UTC)
FETCHED = datetime(2024, 6, 1, tzinfo=UTC)
AS_OF = datetime(2024, 6, 1, tzinfo=UTC)
EVERYTHING = ("plays", "play-counts", "catalogue", "community", "feedback", "candidates", "publish")


def play(
    track: Any = "Teardrop", artist: Any = "Massive Attack", *, at: datetime = NOON, **more: Any
) -> dict[str, Any]:
    """One row of user.getRecentTracks; keyword arguments put further keys in place."""
    date = {"uts": str(int(at.timestamp())), "#text": at.strftime("%d %b %Y, %H:%M")}
    return {
        "artist": {"mbid": "", "#text": artist},
        "name": track,
        "mbid": "",
        "album": {"#text": ""},
        "date": date,
    } | more


def recent_tracks(*plays: Mapping[str, Any]) -> str:
    """A page's body: one play comes as an object, as Last.fm sends it."""
    rows: Any = plays[0] if len(plays) == 1 else list(plays)
    return json.dumps({"recenttracks": {"@attr": {"user": "ann"}, "track": rows}})


def land_page(home: Path, body: str, listener: str = "ann", name: str = "page-0001") -> Path:
    page = Page("lastfm", "user.getrecenttracks", listener, {"page": "1"}, body)
    return land(
        page, folder_of(home / "bronze", page.source, page.method, listener) / "window", name, fetched_at=FETCHED
    )


def land_records(home: Path, records: Sequence[Mapping[str, str]], listener: str = "ann", **request: str) -> Path:
    columns = {name: name for name in ("artist", "track", "album", "time")} | {"timezone": "UTC"} | request
    page = Page("csv", "records", listener, columns, json.dumps(records))
    return land(
        page, folder_of(home / "bronze", "csv", "records", listener) / "file", "records-00001", fetched_at=FETCHED
    )


def verdict(subject_id: str, verdict: str = "like", *, event_id: str = "e1", **more: str) -> dict[str, str]:
    """What somebody said of a track in the app; keyword arguments put further keys in place."""
    said = {"event_id": event_id, "number": "1", "verdict": verdict, "subject": "track", "subject_id": subject_id}
    return said | {"artist_name": "Massive Attack", "given_at": AS_OF.isoformat()} | more


def land_feedback_page(home: Path, *said: Mapping[str, str], listener: str = "ann") -> Path:
    page = Page("segue", "feedback", listener, {}, json.dumps(said))
    return land(page, folder_of(home / "bronze", page.source, page.method, listener) / "2024-06", "events-1")


def ingest(lake: Lake, *bodies: str, listener: str = "ann") -> Report:
    """Land these pages and consume what is landed."""
    for body in bodies:
        land_page(lake.root.parent, body, listener)
    return consume(lake, lake.root.parent / "bronze", gate, now=FETCHED)


def built(
    lake: Lake, *, as_of: datetime = AS_OF, tables: Sequence[str] = EVERYTHING, listeners: Sequence[str] = ()
) -> Report:
    """Everything brought up to date."""
    return run(lake.spark, lake.root.parent, tables, Moment(as_of, as_of, exact=True), listeners=listeners)


def many(
    count: int, track: str = "Teardrop", artist: str = "Massive Attack", *, since: datetime = NOON
) -> list[dict[str, Any]]:
    """Plays of one track, an hour apart."""
    return [play(track, artist, at=since + timedelta(hours=hour)) for hour in range(count)]
