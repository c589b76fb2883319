"""A PostgreSQL of its own for tests, from Debian's packages, on a socket in a folder; gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

DEBIAN = Path("/usr/lib/postgresql")
ACCOUNT = "postgres"
INIT = ("-A", "trust", "-N", "-E", "UTF8", "--locale=C")
# Nothing of it is to outlive the tests, nor a power cut.
SETTINGS = "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=30"


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a running server's empty database; skips the test where PostgreSQL is not installed."""
    programs = sorted(DEBIAN.glob("*/bin"), key=lambda folder: float(folder.parent.name))
    if not programs:
        pytest.skip("no PostgreSQL on this machine (apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="segue-pg-"))
    try:
        _as_postgres(folder, [programs[-1] / "initdb", "-D", folder / "data", "-U", ACCOUNT, *INIT])
        options = f"{SETTINGS} -c unix_socket_directories={folder}"
        server = [programs[-1] / "pg_ctl", "-D", folder / "data"]
        _as_postgres(folder, [*server, "-w", "-l", folder / "log", "-o", options, "start"])
        try:
            yield f"postgresql://{ACCOUNT}@/postgres?host={folder}"
        finally:
            _as_postgres(folder, [*server, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder)


def emptied(url: str) -> str:
    """The same database with nothing in its tables."""
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        tables = [sql.Identifier(name) for (name,) in found if name != "alembic_version"]
        if tables:
            connection.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(tables)))
    return url


def _as_postgres(folder: Path, command: Sequence[object]) -> None:
    """Run it; PostgreSQL refuses to run as root, for whom Debian's account does."""
    words = [str(word) for word in command]
    if os.geteuid() == 0:
        shutil.chown(folder, ACCOUNT)
        words = ["runuser", "-u", ACCOUNT, "--", *words]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, timeout=60, cwd=folder)
