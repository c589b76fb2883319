"""Makes served stores for tests: the format that jobs publish, with any listeners and names."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jobs.publish import DDL

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class History:
    """One listener as the store shows them."""

    username: str
    tracks: Sequence[Mapping[str, Any]] = ()
    artists: Sequence[Mapping[str, Any]] = ()
    play_count: int = 1204
    first_played_at: datetime = NOW - timedelta(days=1100)
    last_played_at: datetime = NOW - timedelta(days=2)


@dataclass(frozen=True)
class Reasoned:
    """A reason as it is stored."""

    strategy: str = "old_favorite"
    facts: Mapping[str, Any] = field(default_factory=dict)


def z(moment: datetime) -> str:
    """An instant as the store writes it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def heard(plays: int = 12, first: str = "2023-07-04T10:00:00Z", last: str = "2024-03-02T10:00:00Z") -> Reasoned:
    """An old favorite's reason."""
    return Reasoned(facts={"play_count": plays, "first_played_at": first, "last_played_at": last})


def near(seed: str = "Massive Attack", match: float = 0.62, plays: int = 412, further: int = 3) -> Reasoned:
    """A similar artist's reason."""
    facts = {"seed_artist_id": seed.lower(), "seed_artist_name": seed, "match": match}
    return Reasoned("similar_artist", {**facts, "seed_play_count": plays, "further_seeds": further})


def liked(*seeds: str, kind: str = "artist") -> Reasoned:
    """A reason of listeners like you; a seed that is an artist has no track."""
    names = seeds or ("Tricky",)
    told = [{"item_id": name, "artist_name": name, f"{kind}_name": name, "share": 1 / len(names)} for name in names]
    return Reasoned("collaborative", {"kind": kind, "seeds": told})


def tagged(*tags: str, rank: int = 4) -> Reasoned:
    """A similar tag's reason; the tags stand in that place of their lists, and after it."""
    listed = [{"tag": tag, "rank": place, "share": 0.2} for place, tag in enumerate(tags or ("trip-hop",), rank)]
    return Reasoned("similar_tag", {"tags": listed})


def rare(album: str = "Mezzanine", plays: int = 180, obscurity: float = 0.98, **facts: Any) -> Reasoned:
    """A deep cut's reason, of a track that is on the artist's list."""
    listed = {"playcount": round(5_000_000 * (1 - obscurity)), "artist_largest_playcount": 5_000_000}
    own = {"album_name": album, "artist_play_count": plays, "obscurity": obscurity}
    return Reasoned("deep_cut", {**own, **listed, **facts})


def track(
    track_name: str,
    artist_name: str = "Massive Attack",
    *reasons: Reasoned,
    album: str | None = None,
    score: float = 1.0,
    listeners: int | None = None,
    tags: Sequence[str] = (),
) -> dict[str, Any]:
    """A recommendation's row, with one old favorite's reason unless others are given."""
    given = reasons or (heard(),)
    return {
        "track_id": f"{track_name.lower()}|{artist_name.lower()}",
        "track_name": track_name,
        "artist_id": artist_name.lower(),
        "artist_name": artist_name,
        "album_name": album,
        "score": score,
        "strategies": sorted(reason.strategy for reason in given),
        "reasons": [{"strategy": each.strategy, "score_normalized": score, "facts": each.facts} for each in given],
        "listeners": listeners,
        "tags": list(tags),
    }


def artist(artist_name: str, play_count: int = 100, recency_score: float = 10.0, days_ago: int = 5) -> dict[str, Any]:
    """One of a listener's top artists."""
    return {
        "artist_id": artist_name.lower(),
        "artist_name": artist_name,
        "play_count": play_count,
        "recency_score": recency_score,
        "last_played_at": z(NOW - timedelta(days=days_ago)),
    }


def publish(served: Path, version: str, histories: Iterable[History], published_at: datetime = NOW) -> Path:
    """Write a version and switch to it, as jobs/publish.py does; return its path."""
    served.mkdir(parents=True, exist_ok=True)
    path = served / f"segue-{version}.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(DDL + "PRAGMA user_version = 1;")
        connection.execute("INSERT INTO meta VALUES ('published_at', ?)", (z(published_at),))
        for history in histories:
            connection.execute("INSERT INTO listeners VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", _listener(history))
            connection.executemany("INSERT INTO recommendations VALUES (?, ?, ?, ?, ?)", _rows(history))
    switch(served, path)
    return path


def switch(served: Path, path: Path) -> None:
    """Point `current.sqlite` at a file, by atomic rename."""
    link = served / "next.sqlite"
    link.symlink_to(path.name)
    link.replace(served / "current.sqlite")


def publish_corrupt(served: Path, version: str) -> Path:
    """Switch to a file that is no database."""
    path = served / f"segue-{version}.sqlite"
    path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 9000)
    switch(served, path)
    return path


def _listener(history: History) -> tuple[object, ...]:
    span = (history.last_played_at - history.first_played_at).total_seconds() / 86400
    times = (z(history.first_played_at), z(history.last_played_at))
    half_life = max(span / 10, 30.0)
    return (history.username, history.play_count, *times, span, half_life, z(NOW), "test", json.dumps(history.artists))


def _rows(history: History) -> Iterable[tuple[object, ...]]:
    for position, row in enumerate(history.tracks, start=1):
        content = json.dumps(row, ensure_ascii=False)
        yield (history.username, position, row["artist_id"], ",".join(row["strategies"]), content)
