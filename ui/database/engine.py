"""Opens the app's database, migrates it to the present schema, and provides sessions to read or write."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError
from sqlalchemy.orm import Session

from ui.database.errors import BadDatabase

DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
# How long a writer waits for another one.
BUSY_SECONDS = 10.0
# An arbitrary id of the lock that prevents two processes from migrating a PostgreSQL database at once.
MIGRATING = 5_340_181


class Database:
    """The app's database; thread-safe."""

    def __init__(self, url: URL) -> None:
        """Connect, and migrate if the schema is older; raises `BadDatabase`."""
        self._shown = url.render_as_string(hide_password=True)
        try:
            self._engine = _engine(url)
            self._migrate()
        except (DatabaseError, NoSuchModuleError) as error:
            raise BadDatabase(f"{self._shown} cannot be used: {_reason(error)}; check SEGUE_DATABASE_URL") from None

    def __repr__(self) -> str:
        return f"Database({self._shown})"

    @property
    def engine(self) -> Engine:
        """The engine, for migrations and tests; all other code uses sessions."""
        return self._engine

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for reading."""
        with Session(self._engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits at the end of the block, or rolls back if it raises."""
        with Session(self._engine.execution_options(writes=True)) as session, session.begin():
            yield session

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _migrate(self) -> None:
        from ui.database.migrating import is_current, migrate

        with self._engine.connect() as connection:
            if is_current(connection):
                return
        with self._engine.execution_options(writes=True).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": MIGRATING})
            if not is_current(connection):
                migrate(connection)


def open_database(home: Path, url: str | None = None) -> Database:
    """The database at the URL, else `app.sqlite` in the home; raises `BadDatabase`."""
    if url is None:
        home.mkdir(parents=True, exist_ok=True)
        return Database(URL.create(DRIVERS["sqlite"], database=str(home / "app.sqlite")))
    try:
        given = make_url(url)
        driver = DRIVERS[given.get_backend_name()]
    except (ArgumentError, KeyError):
        raise BadDatabase("SEGUE_DATABASE_URL names no database: use postgresql://user@host/name") from None
    return Database(given.set(drivername=driver))


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": int(BUSY_SECONDS)})
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _: object) -> None:
    # Python's driver begins transactions too late for reads and not at all for DDL, so `_begin` does it.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    # IMMEDIATE, since one that reads before it writes fails without waiting if another transaction wrote in between.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _reason(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return " ".join(str(cause).split())
