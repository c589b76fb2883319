"""The artists, albums and tracks that the demo server knows, read from a gzipped file of one artist a line."""

import gzip
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

DEMO_CATALOGUE = Path(__file__).with_name("catalogue.jsonl.gz")


@dataclass(frozen=True, slots=True)
class Tag:
    """What listeners call an artist; `count` is relative to the artist's commonest tag, which has 100."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Similar:
    """A neighbour of an artist; `match` is relative to the artist's nearest, which has 1.0."""

    name: str
    match: float


@dataclass(frozen=True, slots=True)
class Track:
    """One track with how many listeners it has and how often they played it."""

    name: str
    listeners: int
    playcount: int


@dataclass(frozen=True, slots=True)
class Album:
    """An album with those of its tracks that the catalogue knows, in album order."""

    name: str
    tracks: tuple[Track, ...]


@dataclass(frozen=True)
class Artist:
    """One artist; `mbid` is empty where it is not known, as Last.fm writes it."""

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
    """A track where it stands: on an album, by an artist."""

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
    """Read a catalogue file; an artist without tracks cannot be played and is left out."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        artists = tuple(_artist(json.loads(line)) for line in lines if line.strip())
    return Catalogue(tuple(artist for artist in artists if artist.songs))


def _artist(row: dict[str, Any]) -> Artist:
    return Artist(
        name=row["name"],
        mbid=row["mbid"] or "",
        listeners=row["listeners"],
        playcount=row["playcount"],
        tags=tuple(Tag(**tag) for tag in row["tags"]),
        similar=tuple(Similar(**similar) for similar in row["similar"]),
        albums=tuple(
            Album(album["name"], tuple(Track(**track) for track in album["tracks"])) for album in row["albums"]
        ),
    )
