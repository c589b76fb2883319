"""Listeners that were added in the app; their plays are fetched in addition to those of SEGUE_LISTENERS."""

from datetime import UTC, datetime

from sqlalchemy import delete, insert, select

from ui.database.engine import Database
from ui.database.models import LONGEST_NAME, AddedListener, JoinedListener
from ui.usernames import kept


class BadName(ValueError):
    """A name that no listener can have."""


class AddedListeners:
    """The added listeners; names are lower-case."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def names(self) -> tuple[str, ...]:
        """All added listeners, in the order in which they were added."""
        with self._database.reading() as session:
            return tuple(session.scalars(select(AddedListener.username).order_by(AddedListener.added_at)))

    def has(self, username: str) -> bool:
        """Whether this listener was added."""
        with self._database.reading() as session:
            return session.get(AddedListener, kept(username)) is not None

    def add(self, username: str) -> str:
        """Add a listener if not yet added; returns the name as stored. Raises `BadName`."""
        name = kept_name(username)
        with self._database.writing() as session:
            if session.get(AddedListener, name) is None:
                session.execute(insert(AddedListener), {"username": name, "added_at": datetime.now(UTC)})
        return name

    def remove(self, username: str) -> bool:
        """Stop fetching this listener's plays and remove them from the joined; returns whether they had been added."""
        name = kept(username)
        with self._database.writing() as session:
            known = session.get(AddedListener, name) is not None
            session.execute(delete(AddedListener).where(AddedListener.username == name))
            if known:
                session.execute(delete(JoinedListener).where(JoinedListener.username == name))
        return known


def kept_name(username: str) -> str:
    """A listener's name as stored everywhere: trimmed and lower-cased. Raises `BadName`."""
    name = kept(username)
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or name in {".", ".."} or "/" in name:
        raise BadName(f"a listener's name has 1 to {LONGEST_NAME} printable characters, and no slash")
    return name
