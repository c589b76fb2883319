"""Feedback as events, for landing it in the lake."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select, update

from ui.database.engine import Database
from ui.database.models import FeedbackEvent

# The most events landed in one run: the rest goes with the next run.
MOST_A_PAGE = 10_000
# Values per statement, well below SQLite's limit.
AT_ONCE = 1000


@dataclass(frozen=True)
class Event:
    """A verdict that a listener gave, or the undoing of one."""

    number: int
    event_id: str
    verdict: str
    subject: str
    subject_id: str
    track_name: str | None
    artist_name: str
    undoes: str | None
    given_at: datetime

    def as_text(self) -> dict[str, str]:
        """All fields as text, without those that are None."""
        fields = {**asdict(self), "number": str(self.number), "given_at": self.given_at.isoformat()}
        return {name: value for name, value in fields.items() if value is not None}


class FeedbackLog:
    """Records which events have been landed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def not_landed(self) -> Mapping[str, Sequence[Event]]:
        """The events that are in no landed page yet, oldest first, by listener."""
        columns = (getattr(FeedbackEvent, name) for name in Event.__dataclass_fields__)
        asked = select(FeedbackEvent.username, *columns).where(FeedbackEvent.batch_id.is_(None))
        by_listener: dict[str, list[Event]] = defaultdict(list)
        with self._database.reading() as session:
            for username, *values in session.execute(asked.order_by(FeedbackEvent.number).limit(MOST_A_PAGE)):
                by_listener[username].append(Event(*values))
        return by_listener

    def landed(self, numbers: Sequence[int], batch_id: str) -> None:
        """Record that these events are in the landed page with this id."""
        with self._database.writing() as session:
            for start in range(0, len(numbers), AT_ONCE):
                mine = FeedbackEvent.number.in_(numbers[start : start + AT_ONCE])
                session.execute(update(FeedbackEvent).where(mine).values(batch_id=batch_id))
