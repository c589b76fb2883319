"""One listener's rows in the served file: profile and candidates; similar names for an unknown one."""

import difflib
import json
import sqlite3

from ui.lists import Chosen, Facets
from ui.overlay import Overlay
from ui.records import Listener, instant, top_artists
from ui.told import Told
from ui.usernames import kept
from ui.version import Version

# Similar names are sought among this many neighbours on either side, so that a typo costs the same in any store.
NEIGHBOURS = 500

ONE_LISTENER = """
    SELECT username, play_count, first_played_at, last_played_at, listening_span_days, half_life_days, as_of,
      built_from, artist_count, track_count, top_artists
    FROM listeners WHERE username = ?"""
BEFORE = "SELECT username FROM listeners WHERE username < ? ORDER BY username DESC LIMIT ?"
AFTER = "SELECT username FROM listeners WHERE username > ? ORDER BY username LIMIT ?"
FACETS = "SELECT size, facets FROM lists WHERE username = ?"
KEYS = "SELECT track_keys, artist_keys FROM lists WHERE username = ?"
LIST = "SELECT id FROM lists WHERE username = ?"
ROWS = "SELECT id, row FROM recommendations WHERE id IN (SELECT value FROM json_each(?))"
# A row's id is its list's, times this, and its position from 1: jobs/served/schema.py.
POSITIONS = 2**20


class UnknownListener(Exception):
    """A name that is not in the store; has the most similar names."""

    def __init__(self, username: str, near: tuple[str, ...]) -> None:
        known = f"similar names: {', '.join(near)}" if near else "'segue status' lists those there are"
        super().__init__(f"no listener {username!r}; {known}")
        self.username = username
        self.near = near


def profile(connection: sqlite3.Connection, username: str) -> Listener:
    """The profile; raises `UnknownListener`."""
    name = kept(username)
    found = connection.execute(ONE_LISTENER, (name,)).fetchone()
    if found is None:
        raise UnknownListener(name, _near(connection, name))
    name, plays, first, last, span, half_life, as_of, built_from, artist_count, track_count, artists = found
    return Listener(
        username=name,
        play_count=plays,
        first_played_at=instant(first),
        last_played_at=instant(last),
        listening_span_days=span,
        half_life_days=half_life,
        as_of=instant(as_of),
        built_from=built_from,
        artist_count=artist_count,
        track_count=track_count,
        top_artists=top_artists(artists),
    )


def known_name(connection: sqlite3.Connection, username: str) -> str:
    """The name as stored; raises `UnknownListener`."""
    name = kept(username)
    if connection.execute("SELECT 1 FROM listeners WHERE username = ?", (name,)).fetchone() is None:
        raise UnknownListener(name, _near(connection, name))
    return name


def _near(connection: sqlite3.Connection, name: str) -> tuple[str, ...]:
    neighbours = [each for query in (BEFORE, AFTER) for (each,) in connection.execute(query, (name, NEIGHBOURS))]
    return tuple(difflib.get_close_matches(name, neighbours))


def facets_of(connection: sqlite3.Connection, version: Version, name: str) -> Facets:
    """The listener's candidates; empty if they have no list yet. Raises `UnknownListener`."""
    found = connection.execute(FACETS, (name,)).fetchone()
    if found is None:
        known_name(connection, name)
    size, columns = found or (0, b"")
    return Facets.read(size, columns, version.strategies)


def told_by(connection: sqlite3.Connection, name: str, facets: Facets, overlay: Overlay) -> Told | None:
    """The overlay applied to the listener's candidates."""
    found = connection.execute(KEYS, (name,)).fetchone()
    return found and Told.of(overlay, facets.artist, *found)


def rows_of(connection: sqlite3.Connection, name: str, picked: Chosen) -> tuple[str, ...]:
    """The rows at these places, in that order."""
    if not picked.places:
        return ()
    (number,) = connection.execute(LIST, (name,)).fetchone()
    first = number * POSITIONS + 1
    ids = [first + place for place in picked.places]
    rows = dict(connection.execute(ROWS, (json.dumps(ids),)))
    return tuple(rows[each] for each in ids)
