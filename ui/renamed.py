"""Renames a listener in the app's database: feedback, playlists, shown tracks, tokens and memberships."""

from collections.abc import Mapping

from sqlalchemy import select, update

from ui.database.engine import Database
from ui.database.models import AddedListener, FeedbackEvent, JoinedListener, ListenerToken, Playlist, ShownTrack

OF_LISTENERS = (FeedbackEvent, ShownTrack, Playlist, ListenerToken, AddedListener, JoinedListener)


def is_known(database: Database, username: str) -> bool:
    """Whether the app stores anything about this listener."""
    with database.reading() as session:
        return any(
            session.execute(select(model.username).where(model.username == username).limit(1)).first()
            for model in OF_LISTENERS
        )


def rename(database: Database, old: str, new: str, batches: Mapping[str, str]) -> int:
    """Rename the listener in all tables in one transaction; returns the number of rows.

    `batches` maps the old ids of landed pages, among them those of feedback, to the new ones.
    """
    with database.writing() as session:
        found = (
            session.execute(update(model).where(model.username == old).values(username=new)) for model in OF_LISTENERS
        )
        count = sum(result.rowcount for result in found)  # type: ignore[attr-defined]
        for before, after in batches.items():
            session.execute(update(FeedbackEvent).where(FeedbackEvent.batch_id == before).values(batch_id=after))
    return count
