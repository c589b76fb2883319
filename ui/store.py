"""The served store: the only reader of what was published, following each new version as it appears."""

import difflib
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from ui.records import (
    Freshness,
    Listener,
    ListenerSummary,
    Recommendation,
    instant,
    recommendation,
    top_artists,
)
from ui.version import BadVersion, Unavailable, Version

TRACKS_PER_ARTIST = 3

# A near name is looked for among this many neighbours on either side, so that a typo costs the same in any store.
NEIGHBOURS = 500

LISTENERS = "SELECT username, play_count, first_played_at, last_played_at, as_of FROM listeners ORDER BY username"
ONE_LISTENER = """
    SELECT username, play_count, first_played_at, last_played_at, listening_span_days, half_life_days, as_of,
      built_from, top_artists
    FROM listeners WHERE username = ?"""
BEFORE = "SELECT username FROM listeners WHERE username < ? ORDER BY username DESC LIMIT ?"
AFTER = "SELECT username FROM listeners WHERE username > ? ORDER BY username LIMIT ?"
LIST = """
    SELECT artist_id, row FROM recommendations
    WHERE username = :username
      AND (:strategy IS NULL OR instr(',' || strategies || ',', ',' || :strategy || ',') > 0)
    ORDER BY position"""
COUNT = """
    SELECT coalesce(sum(min(tracks, :cap)), 0) FROM (
      SELECT count(*) AS tracks FROM recommendations
      WHERE username = :username
        AND (:strategy IS NULL OR instr(',' || strategies || ',', ',' || :strategy || ',') > 0)
      GROUP BY artist_id)"""
STRATEGIES = """
    SELECT strategies, artist_id, count(*) FROM recommendations WHERE username = ? GROUP BY strategies, artist_id"""

Signature = tuple[str, int, int, int]


class NothingServed(Unavailable):
    """No version that can be read has been published yet."""


class UnknownListener(Exception):
    """A name that the store does not hold; carries the names nearest to it."""

    def __init__(self, username: str, near: tuple[str, ...]) -> None:
        super().__init__(f"no listener {username!r}" + (f"; near: {', '.join(near)}" if near else ""))
        self.username = username
        self.near = near


@dataclass(frozen=True)
class _Serving:
    """What is served, and which state of the folder led to it."""

    version: Version | None
    seen: Signature | None
    stale: str | None


class Store:
    """Reads `served/current.sqlite`; safe to share between threads."""

    def __init__(self, served: Path) -> None:
        self._served = served.absolute()
        self._current = self._served / "current.sqlite"
        self._switching = threading.Lock()
        self._serving = _Serving(None, None, None)
        self._notice()

    def listeners(self) -> tuple[ListenerSummary, ...]:
        """Every listener, by name."""
        with self._version().reading() as connection:
            rows = connection.execute(LISTENERS).fetchall()
        return tuple(ListenerSummary(name, plays, *map(instant, times)) for name, plays, *times in rows)

    def listener(self, username: str) -> Listener:
        """One listener's profile; raises `UnknownListener`."""
        with self._version().reading() as connection:
            name, plays, first, last, span, half_life, as_of, built_from, artists = _listener(connection, username)
        times = {"first_played_at": instant(first), "last_played_at": instant(last), "as_of": instant(as_of)}
        return Listener(
            username=name,
            play_count=plays,
            listening_span_days=span,
            half_life_days=half_life,
            built_from=built_from,
            top_artists=top_artists(artists),
            **times,
        )

    def recommendations(
        self, username: str, limit: int, offset: int = 0, strategy: str | None = None
    ) -> tuple[Recommendation, ...]:
        """The listener's list, best first, at most 3 tracks an artist; raises `UnknownListener`."""
        return tuple(recommendation(row) for row in self.rows(username, limit, offset, strategy))

    def rows(self, username: str, limit: int, offset: int = 0, strategy: str | None = None) -> tuple[str, ...]:
        """`recommendations` as the JSON that is stored, ready to send."""
        with self._version().reading() as connection:
            name = _name(connection, username)
            return tuple(islice(_thinned(connection, name, strategy), offset, offset + limit))

    def strategies(self, username: str) -> dict[str, int]:
        """How many recommendations each strategy of the listener's list has, after the cap."""
        with self._version().reading() as connection:
            name = _name(connection, username)
            found = connection.execute(STRATEGIES, (name,)).fetchall()
        by_artist: Counter[tuple[str, str]] = Counter()
        for strategies, artist_id, tracks in found:
            for strategy in strategies.split(","):
                by_artist[strategy, artist_id] += tracks
        offered: Counter[str] = Counter()
        for (strategy, _), tracks in by_artist.items():
            offered[strategy] += min(tracks, TRACKS_PER_ARTIST)
        return dict(offered)

    def count(self, username: str, strategy: str | None = None) -> int:
        """How many recommendations there are, after the cap; raises `UnknownListener`."""
        with self._version().reading() as connection:
            name = _name(connection, username)
            return _count(connection, name, strategy)

    def freshness(self) -> Freshness:
        """Which version is served, and whether it is the newest."""
        version = self._version()
        return Freshness(version.name, version.published_at, self._serving.stale)

    def _version(self) -> Version:
        if _signature(self._current) != self._serving.seen:
            self._notice()
        serving = self._serving
        if serving.version is None:
            raise NothingServed(serving.stale or f"nothing has been published in {self._served} yet")
        return serving.version

    def _notice(self) -> None:
        """Turn to what lies in the folder now: at once if nothing is served, else beside the running requests."""
        if self._serving.version is None:
            with self._switching:
                self._switch()
        elif self._switching.acquire(blocking=False):
            threading.Thread(target=self._switch_and_release, name="served-store-switch", daemon=True).start()

    def _switch_and_release(self) -> None:
        try:
            self._switch()
        finally:
            self._switching.release()

    def _switch(self) -> None:
        signature = _signature(self._current)
        if signature != self._serving.seen:
            self._serving = self._next(signature)

    def _next(self, signature: Signature | None) -> _Serving:
        if signature is None:
            return self._kept(BadVersion(self._current, "it is gone"), signature)
        try:
            return _Serving(Version(self._current.resolve()), signature, None)
        except BadVersion as bad:
            return self._kept(bad, signature)

    def _kept(self, bad: BadVersion, signature: Signature | None) -> _Serving:
        """What was served goes on; at start-up, or where that very file went bad, the newest whole one."""
        served = self._serving.version
        if served is not None and served.path != bad.path:
            return _Serving(served, signature, str(bad))
        for path in sorted(self._served.glob("segue-*.sqlite"), key=_written, reverse=True):
            try:
                return _Serving(Version(path), signature, str(bad))
            except BadVersion:
                continue
        return _Serving(None, signature, str(bad))


def _signature(current: Path) -> Signature | None:
    """What tells one version from the next; None where nothing lies there."""
    try:
        target = str(current.readlink()) if current.is_symlink() else ""
        found = current.stat()
    except FileNotFoundError:
        return (str(current.readlink()), 0, 0, 0) if current.is_symlink() else None
    return (target, found.st_ino, found.st_mtime_ns, found.st_size)


def _written(path: Path) -> tuple[int, str]:
    return (path.stat().st_mtime_ns, path.name)


def _listener(connection: sqlite3.Connection, username: str) -> tuple[Any, ...]:
    """The row of a listener; raises `UnknownListener`."""
    name = username.strip().lower()
    found = connection.execute(ONE_LISTENER, (name,)).fetchone()
    if found is None:
        raise UnknownListener(name, _near(connection, name))
    return tuple(found)


def _name(connection: sqlite3.Connection, username: str) -> str:
    """The name as it is kept; raises `UnknownListener`."""
    name = username.strip().lower()
    if connection.execute("SELECT 1 FROM listeners WHERE username = ?", (name,)).fetchone() is None:
        raise UnknownListener(name, _near(connection, name))
    return name


def _near(connection: sqlite3.Connection, name: str) -> tuple[str, ...]:
    neighbours = [each for query in (BEFORE, AFTER) for (each,) in connection.execute(query, (name, NEIGHBOURS))]
    return tuple(difflib.get_close_matches(name, neighbours))


def _thinned(connection: sqlite3.Connection, username: str, strategy: str | None) -> Iterator[str]:
    """Rows in order, at most 3 an artist; read only as far as they are taken."""
    shown: Counter[str] = Counter()
    for artist_id, row in connection.execute(LIST, {"username": username, "strategy": strategy}):
        shown[artist_id] += 1
        if shown[artist_id] <= TRACKS_PER_ARTIST:
            yield row


def _count(connection: sqlite3.Connection, username: str, strategy: str | None) -> int:
    values = {"username": username, "strategy": strategy, "cap": TRACKS_PER_ARTIST}
    (count,) = connection.execute(COUNT, values).fetchone()
    return int(count)
