"""Makes served stores for tests: the format that jobs publish, with any listeners and names."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jobs.served import catalogue, listening, lists, profiles, sounds, words
from jobs.served.neighbors import insert_neighbors
from jobs.served.schema import DDL, FORMAT
from jobs.served.trending import replace_trending
from jobs.strategies import STRATEGIES

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
    # By `what`, as jobs/served/listening.py names them.
    listening: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    # Plays of a track this week and last week, by its name and the artist's.
    recent: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    # Plays of artists by name, where a list is picked by them.
    artist_plays: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Music:
    """What is known of the music: nearest artists with their match, top tracks and tags by artist; tracks by tag."""

    similar: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    top_tracks: Mapping[str, Sequence[str]] = field(default_factory=dict)
    artist_tags: Mapping[str, Sequence[str]] = field(default_factory=dict)
    tag_tracks: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    # By track and artist, a unit as jobs/likeness.py prepares it, of any length.
    sounds: Mapping[tuple[str, str], Sequence[float]] = field(default_factory=dict)


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


def sounding(nearest: str = "Teardrop", genre: str | None = None) -> Reasoned:
    """A reason of what sounds alike."""
    features = [{"name": name, "value": 0.6, "yours": 0.7} for name in ("energy", "tempo")]
    own = {"nearest_track_id": "x|y", "nearest_track_name": nearest, "nearest_artist_name": "Massive Attack"}
    return Reasoned("audio_match", {"features": features, "likeness": 0.99, "genre": genre, **own})


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
        "track_id": track_id(track_name, artist_name),
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


def played(place: int, artist_name: str, play_count: int, track_name: str | None = None) -> dict[str, Any]:
    """One row of a listener's top artists, or of their top tracks."""
    times = {"first_played_at": "2023-07-04T10:00:00Z", "last_played_at": "2026-05-30T10:00:00Z"}
    row = {"place": place, "artist_id": artist_name.lower(), "artist_name": artist_name, "play_count": play_count}
    row |= {"recency_score": play_count / 2, **times}
    if track_name is None:
        return row
    return row | {"track_id": track_id(track_name, artist_name), "track_name": track_name, "album_name": None}


def near_each_other(
    *usernames: str, community: int = 0, artist_name: str = "Massive Attack"
) -> dict[str, list[dict[str, Any]]]:
    """Who is near whom: these are all near each other, and near so many people of the community."""
    weighed = {"artist_id": artist_name.lower(), "artist_name": artist_name, "weight": 0.5, "people": 1}
    told = {"people": 1, "similarity": 0.58, "common": [weighed], "theirs": [weighed], "own": []}
    people = [{**told, "neighbor": None, "people": community}] if community else []
    return {name: [{**told, "neighbor": other} for other in usernames if other != name] + people for name in usernames}


def track_id(track_name: str, artist_name: str) -> str:
    return f"{track_name.lower()}|{artist_name.lower()}"


def publish(
    served: Path,
    version: str,
    histories: Iterable[History],
    published_at: datetime = NOW,
    music: Music = Music(),
    *,
    aliases: Mapping[str, str] | None = None,
    neighbors: Mapping[str, Sequence[Mapping[str, Any]]] = MappingProxyType({}),
) -> Path:
    """Write a version and switch to it, as jobs/publish.py does; return its path."""
    served.mkdir(parents=True, exist_ok=True)
    path = served / f"segue-{version}.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(DDL + f"PRAGMA user_version = {FORMAT};")
        every = tuple(histories)
        strategies = [*STRATEGIES, *sorted(_strategies(every) - set(STRATEGIES))]
        notes = {"published_at": z(published_at), "strategies": json.dumps(strategies)}
        notes |= {"artist_aliases": json.dumps(aliases)} if aliases else {}
        connection.executemany("INSERT INTO meta VALUES (?, ?)", notes.items())
        _insert_music(connection, music)
        for history in every:
            _insert(connection, history, strategies)
        replace_trending(connection)
        insert_neighbors(connection, neighbors)
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


def _strategies(histories: Iterable[History]) -> set[str]:
    return {strategy for history in histories for row in history.tracks for strategy in row["strategies"]}


def _insert(connection: sqlite3.Connection, history: History, strategies: Sequence[str]) -> None:
    profiles.insert(connection, [_listener(history)])
    plays = {(history.username, name.lower()): count for name, count in history.artist_plays.items()}
    lists.insert(connection, _rows(history), plays, strategies)
    recent = [_recently(*name, *plays) for name, plays in history.recent.items()]
    listening.insert(connection, {history.username: {**history.listening, listening.RECENT: recent}})
    named = ("track_id", "track_name", "artist_id", "artist_name", "album_name", "listeners")
    words.add_heard(connection, [[row[name] for name in named] for row in history.tracks])


def _recently(track_name: str, artist_name: str, now: int, before: int) -> dict[str, Any]:
    names = {"track_id": track_id(track_name, artist_name), "track_name": track_name}
    artist = {"artist_id": artist_name.lower(), "artist_name": artist_name}
    return names | artist | {"week": now, "week_before": before, "month": now, "month_before": before}


def _insert_music(connection: sqlite3.Connection, music: Music) -> None:
    names = sorted({*music.similar, *music.top_tracks, *music.artist_tags})
    words.add_artists(connection, [_artist(name, music) for name in names])
    listed = ((track, name) for name in names for track in music.top_tracks.get(name, ()))
    rows = [(track_id(track, name), track, name.lower(), name, None, None) for track, name in listed]
    words.add_tracks(connection, rows)
    tagged = [(tag, 1, len(tracks), json.dumps(_tagged(tracks))) for tag, tracks in music.tag_tracks.items()]
    catalogue.replace_tags(connection, tagged)
    sounding = [(track_id(*named), *named) for named in music.sounds]
    words.add_heard(connection, [[one, track, name.lower(), name, None, None] for one, track, name in sounding])
    sounds.replace(connection, [(track_id(*named), unit) for named, unit in music.sounds.items()])


def _artist(name: str, music: Music) -> tuple[object, ...]:
    near = [
        {"similar_artist_id": other.lower(), "artist_name": other, "match": match}
        for other, match in music.similar.get(name, {}).items()
    ]
    top = [
        {"track_id": track_id(track, name), "track_name": track, "listeners": None, "rank": rank}
        for rank, track in enumerate(music.top_tracks.get(name, ()), start=1)
    ]
    tags = json.dumps(music.artist_tags.get(name, ()))
    return (name.lower(), name, None, tags, json.dumps(near), json.dumps(top))


def _tagged(tracks: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    return [
        {
            "track_id": track_id(track, artist_name),
            "track_name": track,
            "artist_id": artist_name.lower(),
            "artist_name": artist_name,
            "rank": rank,
        }
        for rank, (track, artist_name) in enumerate(tracks, start=1)
    ]


def _listener(history: History) -> tuple[object, ...]:
    span = (history.last_played_at - history.first_played_at).total_seconds() / 86400
    times = (z(history.first_played_at), z(history.last_played_at))
    half_life = max(span / 10, 30.0)
    counts = (len(history.artists), len(history.tracks))
    top = json.dumps(history.artists)
    return (history.username, history.play_count, *times, span, half_life, z(NOW), "test", *counts, top)


def _rows(history: History) -> Iterable[dict[str, Any]]:
    for position, row in enumerate(history.tracks, start=1):
        picked_by = {"flags": ",".join(row["strategies"]), "heard": "old_favorite" in row["strategies"]}
        names = {name: row[name] for name in ("track_id", "artist_id", "listeners")}
        content = json.dumps(row, ensure_ascii=False)
        yield {"username": history.username, "position": position, "row": content, **names, **picked_by}
