"""What listeners were shown: a track shown day after day heats up, which lowers its score, and cools down again.

Each day on which it is shown adds 1 to its heat; half of that is left after a week. A showing has no effect on its
own day, so that a list stays the same when it is opened again.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from ui.database.engine import Database
from ui.database.models import ShownTrack, track_key

HEAT_HALF_LIFE = timedelta(days=7)
# The factor per degree of heat on a score: first shown yesterday, 0.91; shown each day for weeks, 0.33.
PER_DEGREE = 0.9
SEEN_FOR = timedelta(days=30)
# After this time, 1 % of the heat is left.
FORGOTTEN_AFTER = timedelta(days=50)
WRITE_EVERY_SECONDS = 2.0
# Most listeners whose shown tracks wait while the database is unreachable; beyond that, a failed write is dropped.
MOST_WAITING = 10_000

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Showing:
    """A track's heat on the day it was last shown, including that showing."""

    track_id: str
    heat: float
    last_shown_on: date

    def factor(self, today: date) -> float:
        """The factor on the track's score; 1 if it was not shown before today."""
        return round(float(PER_DEGREE ** self._heat_before(today)), 3)

    def again(self, today: date) -> float:
        """Its heat after being shown today, once or several times."""
        return self._heat_before(today) + 1

    def _heat_before(self, today: date) -> float:
        if today <= self.last_shown_on:
            return self.heat - 1
        return float(self.heat * 0.5 ** ((today - self.last_shown_on) / HEAT_HALF_LIFE))


class Shown:
    """Records shown tracks in memory at once, and writes them in batches in a background thread."""

    def __init__(self, database: Database, changed: Callable[[str], None] = lambda _: None) -> None:
        self._database = database
        self._changed = changed
        self._lock = threading.Lock()
        self._waiting: dict[str, set[str]] = defaultdict(set)
        self._noted: dict[str, set[str]] = defaultdict(set)
        self._noted_on: date | None = None
        self._writer: threading.Thread | None = None
        self._ending = threading.Event()

    def note(self, username: str, track_ids: Sequence[str], today: date | None = None) -> None:
        """Record that these tracks were shown to the listener; does not wait for the database."""
        day = today or datetime.now(UTC).date()
        with self._lock:
            if self._noted_on != day:
                self._noted.clear()
                self._noted_on = day
            fresh = set(track_ids) - self._noted[username]
            if fresh:
                self._noted[username] |= fresh
                self._waiting[username] |= fresh
                self._begin()

    def of(self, username: str, today: date) -> list[Showing]:
        """What the listener was shown within `FORGOTTEN_AFTER`."""
        columns = (ShownTrack.track_id, ShownTrack.heat, ShownTrack.last_shown_on)
        lately = (ShownTrack.username == username, ShownTrack.last_shown_on > today - FORGOTTEN_AFTER)
        with self._database.reading() as session:
            return [Showing(*row) for row in session.execute(select(*columns).where(*lately))]

    def everybody(self) -> set[str]:
        """All listeners who were shown anything."""
        with self._database.reading() as session:
            return set(session.scalars(select(ShownTrack.username).distinct()))

    def write(self, today: date | None = None) -> None:
        """Write what is waiting; if the database is not available, it goes on waiting."""
        with self._lock:
            batch, self._waiting = self._waiting, defaultdict(set)
        day = today or datetime.now(UTC).date()
        try:
            while batch:
                username = next(iter(batch))
                self._write_one(username, batch[username], day)
                del batch[username]
        except DatabaseError as error:
            log.warning("what %d listeners were shown is not written yet: %s", len(batch), type(error).__name__)
            self._wait_on(batch)

    def close(self) -> None:
        """Write the rest and end the writer; a later `note` starts a new one."""
        with self._lock:
            writer, self._writer = self._writer, None
        if writer is not None:
            self._ending.set()
            writer.join()
            self._ending.clear()

    def _begin(self) -> None:
        if self._writer is None:
            self._writer = threading.Thread(target=self._write_until_the_end, name="shown-memory", daemon=True)
            self._writer.start()

    def _write_until_the_end(self) -> None:
        ending = False
        while not ending:
            ending = self._ending.wait(WRITE_EVERY_SECONDS)
            if self._waiting:
                self.write()

    def _write_one(self, username: str, track_ids: set[str], today: date) -> None:
        # One transaction per listener: feedback given meanwhile waits for one listener's write and not for all.
        with self._database.writing() as session:
            _write(session, username, track_ids, today)
        self._changed(username)

    def _wait_on(self, batch: dict[str, set[str]]) -> None:
        with self._lock:
            for username, track_ids in batch.items():
                if len(self._waiting) < MOST_WAITING:
                    self._waiting[username] |= track_ids


def _write(session: Session, username: str, track_ids: set[str], today: date) -> None:
    keys = {track_key(track_id): track_id for track_id in track_ids}
    mine = ShownTrack.username == username
    session.execute(delete(ShownTrack).where(mine, ShownTrack.last_shown_on <= today - FORGOTTEN_AFTER))
    columns = (ShownTrack.track_key, ShownTrack.track_id, ShownTrack.heat, ShownTrack.last_shown_on)
    found = session.execute(select(*columns).where(mine, ShownTrack.track_key.in_(keys))).tuples()
    known = {key: Showing(track_id, heat, day) for key, track_id, heat, day in found}
    new = [
        {"username": username, "track_key": key, "track_id": keys[key], "heat": 1.0, "last_shown_on": today}
        for key in keys.keys() - known.keys()
    ]
    warmer = [
        {"username": username, "track_key": key, "heat": showing.again(today), "last_shown_on": today}
        for key, showing in known.items()
    ]
    if new:
        session.execute(insert(ShownTrack), new)
    if warmer:
        session.execute(update(ShownTrack), warmer)
