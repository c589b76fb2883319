"""Adds names of artists and tracks to the served file and to its search indexes."""

import sqlite3
import unicodedata
from collections.abc import Iterable, Sequence

NEW_TRACKS = "SELECT id, track_name, artist_name FROM tracks WHERE id > ?"
NEW_ARTISTS = "SELECT id, artist_name FROM artists WHERE id > ?"


def folded(name: str) -> str:
    """The name without case and accents, with one blank between words; ui.search folds queries in the same way."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
    return " ".join(plain.casefold().split())


def add_artists(store: sqlite3.Connection, rows: Iterable[Sequence[object]]) -> None:
    """Add artists, or update their facts: id, name, listeners, and tags, similar artists and top tracks as JSON."""
    last = _last(store, "artists")
    store.executemany(
        "INSERT INTO artists (artist_id, artist_name, listeners, tags, similar, top_tracks) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (artist_id) DO UPDATE SET artist_name = excluded.artist_name, listeners = excluded.listeners,"
        " tags = excluded.tags, similar = excluded.similar, top_tracks = excluded.top_tracks",
        rows,
    )
    _index_artists(store, last)


def add_heard(store: sqlite3.Connection, rows: Sequence[Sequence[object]]) -> None:
    """Add tracks (as in `add_tracks`), and their artists with only id and name, if they are new."""
    last = _last(store, "artists")
    store.executemany(
        "INSERT INTO artists (artist_id, artist_name, tags, similar, top_tracks) VALUES (?, ?, '[]', '[]', '[]')"
        " ON CONFLICT (artist_id) DO NOTHING",
        sorted({(str(artist_id), str(artist_name)) for _, _, artist_id, artist_name, *_ in rows}),
    )
    _index_artists(store, last)
    add_tracks(store, rows)


def add_tracks(store: sqlite3.Connection, rows: Iterable[Sequence[object]]) -> None:
    """Add tracks: id, name, artist's id and name, album and listeners; the last two may be None."""
    last = _last(store, "tracks")
    store.executemany(
        "INSERT INTO tracks (track_id, track_name, artist_id, artist_name, album_name, listeners)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (track_id) DO UPDATE SET"
        " album_name = coalesce(excluded.album_name, album_name), listeners = coalesce(excluded.listeners, listeners)",
        rows,
    )
    new = store.execute(NEW_TRACKS, (last,)).fetchall()
    store.executemany("INSERT INTO track_words (rowid, track_name, artist_name) VALUES (?, ?, ?)", new)
    trigrams = ((number, folded(f"{track} {artist}")) for number, track, artist in new)
    store.executemany("INSERT INTO track_trigrams (rowid, folded) VALUES (?, ?)", trigrams)


def _index_artists(store: sqlite3.Connection, last: int) -> None:
    new = store.execute(NEW_ARTISTS, (last,)).fetchall()
    store.executemany("INSERT INTO artist_words (rowid, artist_name) VALUES (?, ?)", new)
    trigrams = ((number, folded(name)) for number, name in new)
    store.executemany("INSERT INTO artist_trigrams (rowid, folded) VALUES (?, ?)", trigrams)


def _last(store: sqlite3.Connection, table: str) -> int:
    (last,) = store.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()  # noqa: S608
    return int(last)
