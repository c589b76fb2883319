"""One version of the served store: a complete SQLite file, checked once when opened and then only read."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from queue import Empty, LifoQueue

from ui.records import instant

FORMAT = 4
REQUIRED_TABLES = frozenset(
    {"meta", "listeners", "recommendations", "lists", "listening", "artists", "tracks", "tags", "trending"}
    | {"recordings", "sounds", "neighbors"}
)

# All are opened at once, so that a version whose file is deleted later can be served to the end.
CONNECTIONS = 8


class Unavailable(Exception):
    """There is no data to read; the message says why and what to do."""


class BadVersion(Unavailable):
    """A file that cannot be served: corrupt, incomplete or of another format."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path.name} cannot be served: {reason}")
        self.path = path


class Version:
    """An open version. Readers share its connections; it is closed when no reader refers to it any more."""

    def __init__(self, path: Path) -> None:
        """Open and check; raises `BadVersion`."""
        self.path = path
        self.name = path.stem.removeprefix("segue-")
        # The one used last comes first: its cache is warm.
        self._free: LifoQueue[sqlite3.Connection] = LifoQueue()
        try:
            for _ in range(CONNECTIONS):
                self._free.put(_connection(path))
            with closing(_connection(path)) as connection:
                self.published_at = _checked(path, connection)
                self.strategies = _strategies(path, connection)
                self.aliases = _aliases(path, connection)
                # Last, since it takes longest: a version opened beside running requests is checked at low priority.
                _check_pages(path, connection)
        except sqlite3.Error as error:
            raise BadVersion(path, str(error)) from error

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection to read with; raises `BadVersion` if the file turns out to be damaged."""
        connection = self._free.get()
        try:
            yield connection
        except sqlite3.Error as error:
            raise BadVersion(self.path, str(error)) from error
        finally:
            self._free.put(connection)

    def __del__(self) -> None:
        # No close() called by the switch to the next version: a request may still be about to read this one.
        try:
            while True:
                self._free.get_nowait().close()
        except Empty:
            return


def _connection(path: Path) -> sqlite3.Connection:
    # immutable: published files never change, so SQLite takes no lock and looks for no journal.
    return sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)


def _checked(path: Path, connection: sqlite3.Connection) -> datetime:
    """Check the file's format and tables; return when it was published."""
    (file_format,) = connection.execute("PRAGMA user_version").fetchone()
    if file_format != FORMAT:
        raise BadVersion(path, f"its format is {file_format}, this Segue reads {FORMAT}")
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if missing := REQUIRED_TABLES - tables:
        raise BadVersion(path, f"it has no table {', '.join(sorted(missing))}")
    return _published_at(path, connection)


def _check_pages(path: Path, connection: sqlite3.Connection) -> None:
    """Raises `BadVersion` if any page is damaged."""
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise BadVersion(path, verdict.splitlines()[-1])


def _strategies(path: Path, connection: sqlite3.Connection) -> tuple[str, ...]:
    """The strategies by which lists can be filtered, in the order of their bits."""
    try:
        return tuple(json.loads(_noted(connection, "strategies") or ""))
    except ValueError:
        raise BadVersion(path, "it does not say which strategies it holds") from None


def _aliases(path: Path, connection: sqlite3.Connection) -> Mapping[str, str]:
    """The artist's id for each id of an alias; empty for an older file."""
    try:
        return dict(json.loads(_noted(connection, "artist_aliases") or "{}"))
    except ValueError:
        raise BadVersion(path, "the aliases of artists in it cannot be read") from None


def _noted(connection: sqlite3.Connection, key: str) -> str | None:
    found = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return found and str(found[0])


def _published_at(path: Path, connection: sqlite3.Connection) -> datetime:
    try:
        return instant(_noted(connection, "published_at") or "")
    except ValueError:
        raise BadVersion(path, "it does not say when it was published") from None
