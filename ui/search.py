"""Searches artists and tracks by beginnings of words, or, if nothing matches, by trigrams for misspelt names."""

import json
import math
import re
import sqlite3
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from ui.catalogue import Artist, Track

WORD = re.compile(r"\w+")
MOST_WORDS = 16
# How many of the best matches by words are weighed by how widely known they are.
WEIGHED = 200
# The bm25 score of a factor of ten in listeners: enough to order namesakes.
PER_TENFOLD = 0.5
# How many of the names that share most trigrams with the query are compared with it letter by letter.
COMPARED = 60
# The least similarity at which a misspelt name counts as meant.
ALIKE = 0.6

ARTISTS = """
    SELECT artist_id, artist_name, listeners, tags, score FROM (
      SELECT rowid, rank AS score FROM artist_{index} WHERE artist_{index} MATCH ? ORDER BY rank LIMIT ?
    ) AS found JOIN artists ON artists.id = found.rowid"""
TRACKS = """
    SELECT track_id, track_name, artist_id, artist_name, album_name, listeners, score FROM (
      SELECT rowid, rank AS score FROM track_{index} WHERE track_{index} MATCH ? ORDER BY rank LIMIT ?
    ) AS found JOIN tracks ON tracks.id = found.rowid"""


@dataclass(frozen=True)
class Found:
    """What matches; `misspelt` says that no name has these words and that these are the likeliest meant."""

    artists: tuple[Artist, ...]
    tracks: tuple[Track, ...]
    misspelt: bool


@dataclass(frozen=True)
class _Hit:
    """One match; a smaller score is better (bm25 as given by SQLite)."""

    shown: Artist | Track
    names: tuple[str, ...]
    listeners: int
    score: float


def search(connection: sqlite3.Connection, text: str, limit: int) -> Found:
    """The artists and the tracks that match best, at most `limit` of each."""
    words = WORD.findall(text)[:MOST_WORDS]
    if not words:
        return Found((), (), misspelt=False)
    asked = folded(text)
    match = " ".join(f'"{word}"*' for word in words)
    by_words = [_best(hits, limit, _weighed(asked)) for hits in _hits(connection, "words", match, WEIGHED)]
    if any(by_words) or len(asked) < 3:
        return _found(by_words, misspelt=False)
    # A short name with one wrong letter may share no trigram with the right one, but mostly begins like it.
    beginnings = " OR ".join(f'"{word[:2]}"*' for word in words)
    by_trigrams, by_beginnings = (
        _hits(connection, index, match, COMPARED)
        for index, match in (("trigrams", _trigrams(asked)), ("words", beginnings))
    )
    close = [_close(asked, {*some, *others}, limit) for some, others in zip(by_trigrams, by_beginnings, strict=True)]
    return _found(close, misspelt=any(close))


def folded(name: str) -> str:
    """The name without case and accents; jobs/served/words.py folds published names in the same way."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
    return " ".join(plain.casefold().split())


def _hits(connection: sqlite3.Connection, index: str, match: str, most: int) -> tuple[list[_Hit], list[_Hit]]:
    artists = connection.execute(ARTISTS.format(index=index), (match, most)).fetchall()
    tracks = connection.execute(TRACKS.format(index=index), (match, most)).fetchall()
    return [_artist_hit(row) for row in artists], [_track_hit(row) for row in tracks]


def _artist_hit(row: Sequence[Any]) -> _Hit:
    artist_id, name, listeners, tags, score = row
    return _Hit(Artist(artist_id, name, listeners, tuple(json.loads(tags))), (folded(name),), listeners or 0, score)


def _track_hit(row: Sequence[Any]) -> _Hit:
    *shown, score = row
    track = Track(*shown)
    name, artist = folded(track.track_name), folded(track.artist_name)
    return _Hit(track, (name, f"{name} {artist}", f"{artist} {name}"), track.listeners or 0, score)


def _best(hits: list[_Hit], limit: int, key: Callable[[_Hit], float]) -> list[_Hit]:
    return sorted(hits, key=lambda hit: (key(hit), hit.names))[:limit]


def _weighed(asked: str) -> Callable[[_Hit], float]:
    """Sort key: by words and by how widely known; exact names come first."""
    return lambda hit: hit.score - PER_TENFOLD * math.log10(1 + hit.listeners) - 1000 * (asked in hit.names)


def _close(asked: str, hits: Iterable[_Hit], limit: int) -> list[_Hit]:
    """The most similar hits first, each artist or track once."""
    alike = {hit.shown: (hit, _alike(asked, hit)) for hit in hits}
    likely = sorted((each for each in alike.values() if each[1] >= ALIKE), key=lambda each: (-each[1], each[0].names))
    return [hit for hit, _ in likely[:limit]]


def _alike(asked: str, hit: _Hit) -> float:
    return max(SequenceMatcher(None, asked, name).ratio() for name in hit.names)


def _trigrams(asked: str) -> str:
    parts = {asked[start : start + 3].replace('"', '""') for start in range(len(asked) - 2)}
    return " OR ".join(f'"{each}"' for each in sorted(parts))


def _found(hits: Sequence[list[_Hit]], *, misspelt: bool) -> Found:
    shown = [hit.shown for kind in hits for hit in kind]
    artists = tuple(each for each in shown if isinstance(each, Artist))
    return Found(artists, tuple(each for each in shown if isinstance(each, Track)), misspelt=misspelt)
