"""Facts about music: artists, similar artists and tracks, tags, and what is trending in the household."""

import json
import math
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from ui import sounds
from ui.lists import TRACKS_PER_ARTIST

ARTIST = "SELECT artist_id, artist_name, listeners, tags, similar, top_tracks FROM artists WHERE artist_id = ?"
ARTISTS = """
    SELECT artist_id, artist_name, listeners, tags, similar, top_tracks FROM artists
    WHERE artist_id IN (SELECT value FROM json_each(?))"""
TRACK = "SELECT track_id, track_name, artist_id, artist_name, album_name, listeners FROM tracks WHERE track_id = ?"
TRACKS = """
    SELECT track_id, track_name, artist_id, artist_name, listeners FROM tracks
    WHERE track_id IN (SELECT value FROM json_each(?))"""
TAGS = "SELECT tag, artists, tracks FROM tags ORDER BY artists DESC, tracks DESC, tag LIMIT ? OFFSET ?"
TAG = "SELECT rows FROM tags WHERE tag = ?"
TRENDING = "SELECT rows FROM trending WHERE what = ?"
# The match of an artist's own other tracks: just below the nearest neighbour's, which is 1, so they do not all lead.
OWN_MATCH = 0.9
# How many tracks that sound alike are fused with those of similar artists, and the constant of the fusion.
SOUNDING_MOST = 100
FUSED = 60

TrendingPeriod = Literal["week", "month"]
OfArtist = TypeVar("OfArtist", "SimilarTrack", "TaggedTrack", "TrendingTrack")


class UnknownMusic(Exception):
    """An artist, track or tag that is not in the published data."""

    def __init__(self, kind: str, identity: str) -> None:
        listing = "GET /api/v1/genres lists all" if kind == "tag" else "GET /api/v1/search finds ids"
        super().__init__(f"no {kind} {identity!r}: {listing}")
        self.kind, self.identity = kind, identity


@dataclass(frozen=True)
class Artist:
    """An artist, with what is known of them: tags, strongest first, and how many listeners they have in the world."""

    artist_id: str
    artist_name: str
    listeners: int | None
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Track:
    """A track; album and listeners are None if unknown."""

    track_id: str
    track_name: str
    artist_id: str
    artist_name: str
    album_name: str | None
    listeners: int | None


@dataclass(frozen=True)
class SimilarArtist:
    """An artist near another; the nearest has the match 1."""

    artist_id: str
    artist_name: str
    match: float


@dataclass(frozen=True)
class SimilarTrack:
    """A track near another.

    It is among the `rank` most played of an artist whose match with the track's own is so, or sounds like it by so
    much (`likeness`), or both; null is what is not known.
    """

    track_id: str
    track_name: str
    artist_id: str
    artist_name: str
    listeners: int | None
    match: float | None = None
    rank: int | None = None
    likeness: float | None = None


@dataclass(frozen=True)
class Tag:
    """A tag, with how many known artists carry it and how many tracks are listed under it."""

    tag: str
    artist_count: int
    track_count: int


@dataclass(frozen=True)
class TaggedTrack:
    """A track in a tag's list, rank 1 first."""

    track_id: str
    track_name: str
    artist_id: str
    artist_name: str
    rank: int


@dataclass(frozen=True)
class TrendingArtist:
    """An artist with the household's plays in the period and in the one before it."""

    artist_id: str
    artist_name: str
    play_count: int
    play_count_before: int
    listener_count: int


@dataclass(frozen=True)
class TrendingTrack:
    """A track with the household's plays in the period and in the one before it."""

    track_id: str
    track_name: str
    artist_id: str
    artist_name: str
    play_count: int
    play_count_before: int
    listener_count: int


def artist(connection: sqlite3.Connection, artist_id: str) -> Artist:
    """One artist; raises `UnknownMusic`."""
    identity, name, listeners, tags, *_ = _artist(connection, artist_id)
    return Artist(identity, name, listeners, tuple(json.loads(tags)))


def track(connection: sqlite3.Connection, track_id: str) -> Track:
    """One track; raises `UnknownMusic`."""
    found = connection.execute(TRACK, (track_id,)).fetchone()
    if found is None:
        raise UnknownMusic("track", track_id)
    return Track(*found)


def similar_artists(connection: sqlite3.Connection, artist_id: str) -> tuple[SimilarArtist, ...]:
    """The artists nearest to this one, at most 30; raises `UnknownMusic`."""
    near = json.loads(_artist(connection, artist_id)[4])
    return tuple(SimilarArtist(each["similar_artist_id"], each["artist_name"], each["match"]) for each in near)


def similar_tracks(
    connection: sqlite3.Connection, track_id: str, per_artist: int = TRACKS_PER_ARTIST
) -> tuple[SimilarTrack, ...]:
    """The most played tracks of the track's artist and of the artists nearest to it, and tracks that sound like it;
    raises `UnknownMusic`.

    The former are ordered by match / log2(1 + rank), as a tag's tracks are scored; both orders are fused by the sum of
    60 / (59 + place), as strategies are. At most `per_artist` tracks of one artist.
    """
    by_artist = _by_artist(connection, track(connection, track_id))
    alike = sounds.nearest(connection, track_id, SOUNDING_MOST)
    near = {each.track_id: each for each in (*_tracks(connection, alike), *by_artist)}
    fused: Counter[str] = Counter()
    for order in ([each.track_id for each in by_artist], [each for each in alike if each in near]):
        fused.update({each: FUSED / (FUSED - 1 + place) for place, each in enumerate(order, start=1)})
    in_order = sorted(near, key=lambda each: (-fused[each], each))
    return tuple(_thinned((replace(near[each], likeness=alike.get(each)) for each in in_order), per_artist))


def tags(connection: sqlite3.Connection, limit: int, offset: int = 0) -> tuple[Tag, ...]:
    """The tags that have lists of tracks, those of most artists first."""
    return tuple(Tag(*row) for row in connection.execute(TAGS, (limit, offset)))


def tag_tracks(
    connection: sqlite3.Connection, tag: str, per_artist: int = TRACKS_PER_ARTIST
) -> tuple[TaggedTrack, ...]:
    """A tag's tracks, best first, at most `per_artist` of one artist; raises `UnknownMusic`."""
    name = tag.strip().lower()
    found = connection.execute(TAG, (name,)).fetchone()
    if found is None:
        raise UnknownMusic("tag", name)
    return tuple(_thinned((TaggedTrack(**each) for each in json.loads(found[0])), per_artist))


def trending_artists(connection: sqlite3.Connection, period: TrendingPeriod) -> tuple[TrendingArtist, ...]:
    """Artists that the household plays more than in the period before, the clearest rise first."""
    return tuple(TrendingArtist(**each) for each in _trending(connection, f"artists.{period}"))


def trending_tracks(
    connection: sqlite3.Connection, period: TrendingPeriod, per_artist: int = TRACKS_PER_ARTIST
) -> tuple[TrendingTrack, ...]:
    """Tracks that the household plays more than in the period before, at most `per_artist` of one artist."""
    rows = _trending(connection, f"tracks.{period}")
    return tuple(_thinned((TrendingTrack(**each) for each in rows), per_artist))


def _artist(connection: sqlite3.Connection, artist_id: str) -> tuple[Any, ...]:
    found = connection.execute(ARTIST, (artist_id,)).fetchone()
    if found is None:
        raise UnknownMusic("artist", artist_id)
    return tuple(found)


def _tracks_of(artist_row: tuple[Any, ...], match: float) -> Iterator[tuple[SimilarTrack, float]]:
    """The artist's most played tracks, each with its nearness: match / log2(1 + rank)."""
    artist_id, artist_name, *_, top_tracks = artist_row
    for each in json.loads(top_tracks):
        listed = (each["track_id"], each["track_name"], artist_id, artist_name, each["listeners"], match, each["rank"])
        yield SimilarTrack(*listed), match / math.log2(1 + each["rank"])


def _by_artist(connection: sqlite3.Connection, asked: Track) -> list[SimilarTrack]:
    matches = {asked.artist_id: OWN_MATCH}
    if connection.execute(ARTIST, (asked.artist_id,)).fetchone():
        matches |= {each.artist_id: each.match for each in similar_artists(connection, asked.artist_id)}
    rows = connection.execute(ARTISTS, (json.dumps(list(matches)),)).fetchall()
    near = (each for row in rows for each in _tracks_of(row, matches[row[0]]) if each[0].track_id != asked.track_id)
    return [each for each, _ in sorted(near, key=lambda each: (-each[1], each[0].track_id))]


def _tracks(connection: sqlite3.Connection, track_ids: Iterable[str]) -> list[SimilarTrack]:
    rows = connection.execute(TRACKS, (json.dumps(list(track_ids)),))
    return [SimilarTrack(*row) for row in rows]


def _trending(connection: sqlite3.Connection, what: str) -> list[dict[str, Any]]:
    found = connection.execute(TRENDING, (what,)).fetchone()
    rows: list[dict[str, Any]] = json.loads(found[0]) if found else []
    return rows


def _thinned(tracks: Iterable[OfArtist], per_artist: int) -> Iterator[OfArtist]:
    """The tracks in their order, at most `per_artist` of one artist."""
    shown: Counter[str] = Counter()
    for each in tracks:
        shown[each.artist_id] += 1
        if shown[each.artist_id] <= per_artist:
            yield each
