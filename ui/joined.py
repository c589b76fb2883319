"""Listeners who joined those that may be shown to each other; nobody joins by default."""

from datetime import UTC, datetime

from sqlalchemy import delete, insert, select

from ui.database.engine import Database
from ui.database.models import JoinedListener
from ui.usernames import kept


class JoinedListeners:
    """The joined listeners; names are lower-case. Nothing is cached: who leaves is shown to nobody from then on."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def names(self) -> tuple[str, ...]:
        """All joined listeners, sorted by name."""
        with self._database.reading() as session:
            return tuple(session.scalars(select(JoinedListener.username).order_by(JoinedListener.username)))

    def join(self, username: str) -> bool:
        """Add the listener, who may then be shown to others who joined; returns whether that is new."""
        name = kept(username)
        with self._database.writing() as session:
            if session.get(JoinedListener, name) is not None:
                return False
            session.execute(insert(JoinedListener), {"username": name, "joined_at": datetime.now(UTC)})
            return True

    def leave(self, username: str) -> bool:
        """Remove the listener, who is then shown to nobody; returns whether they had joined."""
        with self._database.writing() as session:
            left = session.execute(delete(JoinedListener).where(JoinedListener.username == kept(username)))
            return bool(left.rowcount)  # type: ignore[attr-defined]
