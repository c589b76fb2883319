"""The app's database: the same on SQLite and on PostgreSQL, made by its migrations alone."""

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from ui.database import migrating
from ui.database.engine import Database, open_database
from ui.database.errors import BadDatabase
from ui.database.models import Base
from ui.playlists import ListedTrack, Playlists
from ui.tokens import Tokens


def at_once(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_migrations_make_what_the_models_say(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
        assert migrating.is_current(connection)


def test_the_newest_migration_is_the_one_that_is_looked_for() -> None:
    migrations = Path(migrating.__file__).with_name("migrations")

    assert ScriptDirectory(str(migrations)).get_heads() == [migrating.HEAD]


def test_a_database_opened_again_keeps_what_it_holds(tmp_path: Path) -> None:
    first = open_database(tmp_path)
    made = Playlists(first).create("ada", "Night", [ListedTrack("a|b", "A", "B")])
    first.close()

    again = open_database(tmp_path)
    assert Playlists(again).get("ada", made.playlist_id) == made
    again.close()


def test_many_who_open_a_new_database_at_once_all_find_it_whole(tmp_path: Path) -> None:
    opened: list[Database] = []
    opening = [threading.Thread(target=lambda: opened.append(open_database(tmp_path))) for _ in range(6)]
    at_once(opening)

    assert len(opened) == 6 and all(Playlists(each).of("ada") == () for each in opened)
    for each in opened:
        each.close()


def test_a_write_that_fails_leaves_no_trace(database: Database) -> None:
    def fail() -> None:
        with database.writing() as session:
            session.execute(text("INSERT INTO video_quota VALUES ('2026-06-01', 100)"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM video_quota")) == 0


def test_writers_wait_for_each_other(database: Database) -> None:
    tokens = Tokens(database)
    making = [threading.Thread(target=lambda: [tokens.make("ada") for _ in range(10)]) for _ in range(4)]
    at_once(making)

    assert tokens.take_back("ada") == 40


@pytest.mark.parametrize(
    "url", ["postgresql://u:secret@127.0.0.1:1/x", "mysql://u:secret@h/x", "secret", "sqlite:////nowhere/secret/x"]
)
def test_a_database_that_cannot_be_used_is_named_in_a_line_without_its_password(tmp_path: Path, url: str) -> None:
    with pytest.raises(BadDatabase, match="SEGUE_DATABASE_URL") as refused:
        open_database(tmp_path, url)

    assert "u:secret" not in str(refused.value) and "\n" not in str(refused.value)
