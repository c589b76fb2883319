"""The artists, albums and tracks that the demo server knows, read from a gzipped file with one artist per line."""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

DEMO_CATALOGUE = Path(__file__).with_name("catalogue.jsonl.gz")
EXPECTED = "a gzipped JSON file with one artist and their albums per line"


class BadCatalogue(Exception):
    """A catalogue file is missing or has other content; the message says which."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of an artist; `count` is relative to the artist's most common tag, which has 100."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Similar:
    """A neighbour of an artist; `match` is relative to the artist's nearest, which has 1.0."""

    name: str
    match: float


@dataclass(frozen=True, slots=True)
class Track:
    """One track, with its numbers of listeners and of plays."""

    name: str
    listeners: int
    playcount: int

    @property
    def seconds(self) -> int:
        """The track's length, from two to six minutes, derived from its name so that it is always the same."""
        return 120 + sum(self.name.encode()) * 7 % 240


@dataclass(frozen=True, slots=True)
class Album:
    """An album with its tracks in the catalogue, in album order."""

    name: str
    tracks: tuple[Track, ...]

    @property
    def playcount(self) -> int:
        return sum(track.playcount for track in self.tracks)

    @property
    def listeners(self) -> int:
        """At least the listeners of its best known track."""
        return max((track.listeners for track in self.tracks), default=0)


@dataclass(frozen=True)
class Artist:
    """One artist; `mbid` is empty if unknown, as at Last.fm."""

    name: str
    mbid: str
    listeners: int
    playcount: int
    tags: tuple[Tag, ...]
    similar: tuple[Similar, ...]
    albums: tuple[Album, ...]

    @cached_property
    def songs(self) -> tuple["Song", ...]:
        """Every track on every album."""
        return tuple(Song(self, album, track) for album in self.albums for track in album.tracks)


@dataclass(frozen=True, slots=True, eq=False)
class Song:
    """A track with its album and its artist."""

    artist: Artist
    album: Album
    track: Track


@dataclass(frozen=True)
class Catalogue:
    """All artists, each with at least one track, in the order of the file."""

    artists: tuple[Artist, ...]

    @cached_property
    def named(self) -> dict[str, Artist]:
        """The artists by their exact name."""
        return {artist.name: artist for artist in self.artists}


def read_catalogue(path: Path = DEMO_CATALOGUE) -> Catalogue:
    """Read a catalogue file; an artist without tracks cannot be played and is left out. Raises `BadCatalogue`."""
    playable = tuple(artist for artist in _artists(path) if artist.songs)
    if not playable:
        raise BadCatalogue(f"{path} contains no artist with a track: use {EXPECTED}")
    return Catalogue(playable)


def _artists(path: Path) -> Iterator[Artist]:
    for number, line in enumerate(_lines(path), start=1):
        if line.strip():
            try:
                yield _artist(json.loads(line))
            except (ValueError, LookupError, TypeError) as error:
                raise BadCatalogue(f"{path}, line {number}, is not an artist ({error!r}): use {EXPECTED}") from error


def _lines(path: Path) -> Iterator[str]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from lines
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        why = (isinstance(error, OSError) and error.strerror) or "not a complete gzipped text file"
        raise BadCatalogue(f"{path} cannot be read ({why}): use {EXPECTED}") from error


def _artist(row: dict[str, Any]) -> Artist:
    return Artist(
        name=_text(row["name"]),
        mbid=_text(row["mbid"] or ""),
        listeners=_whole(row["listeners"]),
        playcount=_whole(row["playcount"]),
        tags=tuple(Tag(_text(tag["name"]), _whole(tag["count"])) for tag in row["tags"]),
        similar=tuple(Similar(_text(near["name"]), float(near["match"])) for near in row["similar"]),
        albums=tuple(Album(_text(album["name"]), tuple(map(_track, album["tracks"]))) for album in row["albums"]),
    )


def _track(row: dict[str, Any]) -> Track:
    return Track(_text(row["name"]), _whole(row["listeners"]), _whole(row["playcount"]))


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise TypeError(f"{value!r} should be text")


def _whole(value: Any) -> int:
    if isinstance(value, int):
        return value
    raise TypeError(f"{value!r} should be a whole number")
