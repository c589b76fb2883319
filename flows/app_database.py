"""The flows' access to the app's database; if the app was never used, there is none, and none is created."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flows.settings import Settings

if TYPE_CHECKING:
    from ui.database.engine import Database


@contextmanager
def app_database(settings: Settings) -> Iterator["Database | None"]:
    """The app's database, if there is one; raises `BadDatabase`."""
    if settings.database_url is None and not (settings.home / "app.sqlite").exists():
        yield None
        return
    from ui.database.engine import open_database

    database = open_database(settings.home, settings.database_url)
    try:
        yield database
    finally:
        database.close()


def joined_listeners(settings: Settings) -> tuple[str, ...]:
    """The listeners who may be shown to each other; raises `BadDatabase`."""
    with app_database(settings) as database:
        if database is None:
            return ()
        from ui.joined import JoinedListeners

        return JoinedListeners(database).names()


def added_listeners(settings: Settings) -> tuple[str, ...]:
    """The listeners who were added in the app; raises `BadDatabase`."""
    with app_database(settings) as database:
        if database is None:
            return ()
        from ui.added import AddedListeners

        return AddedListeners(database).names()
