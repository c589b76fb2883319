"""Listeners' feedback on tracks and artists (like, skip, not now, never): how long it holds, and undoing it."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, insert, select

from ui.aliases import Aliases, artist_now, track_now
from ui.database.engine import Database
from ui.database.models import FeedbackEvent
from ui.usernames import kept

UNDO = "undo"
NOT_NOW_HOLDS = timedelta(days=30)
# After this time, half of a skip's effect is left.
SKIP_HALF_LIFE = timedelta(days=30)
# After this time, 1 % of a skip's effect is left.
SKIP_HOLDS = timedelta(days=200)


class Verdict(StrEnum):
    """What can be said of a track or an artist."""

    LIKE = "like"
    SKIP = "skip"
    NOT_NOW = "not_now"
    NEVER = "never"


HOLDS = {Verdict.SKIP: SKIP_HOLDS, Verdict.NOT_NOW: NOT_NOW_HOLDS}


class SubjectKind(StrEnum):
    """What a verdict can be about."""

    TRACK = "track"
    ARTIST = "artist"


@dataclass(frozen=True)
class Subject:
    """The track or artist that a verdict is about, with the names to show it by."""

    kind: SubjectKind
    id: str
    artist_name: str
    track_name: str | None = None


@dataclass(frozen=True)
class Given:
    """A verdict in force; `expires_at` is None where it holds until it is taken back.

    `subject` is as it was told; `id_now` is what lists call it, which an alias may have changed since.
    """

    event_id: str
    verdict: Verdict
    subject: Subject
    given_at: datetime
    expires_at: datetime | None
    id_now: str

    def skipped(self, now: datetime) -> float:
        """How much of a skip is left: 1 when it was given, 0.5 after 30 days; 0 for every other verdict."""
        if self.verdict is not Verdict.SKIP:
            return 0.0
        half_lives = max(now - self.given_at, timedelta()) / SKIP_HALF_LIFE
        return float(0.5**half_lives)


class UnknownFeedback(Exception):
    """The listener gave no feedback of this id, or has undone it."""

    def __init__(self, event_id: str) -> None:
        super().__init__(f"this listener has no current feedback {event_id[:40]!r}")


class Feedback:
    """All listeners' verdicts. `changed` is called with each listener whose verdicts changed, once that is stored.

    `aliases` returns the present ones: a verdict on an alias counts for the artist that it stands for.
    """

    def __init__(
        self,
        database: Database,
        changed: Callable[[str], None] = lambda _: None,
        aliases: Callable[[], Aliases] = dict,
    ) -> None:
        self._database = database
        self._changed = changed
        self._aliases = aliases

    def give(self, username: str, subject: Subject, verdict: Verdict, now: datetime | None = None) -> Given:
        """Store a verdict, which replaces the one on the subject before."""
        name, now = kept(username), now or datetime.now(UTC)
        before = self._about(name, subject, now)
        if before is not None and before.verdict is verdict and before.expires_at is None:
            return before
        event_id = secrets.token_hex(16)
        self._store(name, event_id, verdict, subject, now)
        return _given(event_id, verdict, subject, now, self._aliases())

    def undo(self, username: str, event_id: str, now: datetime | None = None) -> Given:
        """Undo a verdict: the one on the subject before it holds again. Raises `UnknownFeedback`."""
        name, now = kept(username), now or datetime.now(UTC)
        for given in standing(self._events(name), self._aliases()):
            if given.event_id == event_id:
                self._store(name, secrets.token_hex(16), UNDO, given.subject, now, undoes=event_id)
                return given
        raise UnknownFeedback(event_id)

    def undo_all(self, username: str, now: datetime | None = None) -> int:
        """Undo all of the listener's verdicts; returns how many there were."""
        name, now = kept(username), now or datetime.now(UTC)
        taken_back = standing(self._events(name), self._aliases())
        for given in taken_back:
            self._store(name, secrets.token_hex(16), UNDO, given.subject, now, undoes=given.event_id)
        return len(taken_back)

    def of(self, username: str, now: datetime | None = None) -> tuple[Given, ...]:
        """The listener's verdicts in force, newest first."""
        return in_force(self._events(kept(username)), now or datetime.now(UTC), self._aliases())

    def everybody(self) -> set[str]:
        """All listeners who ever gave feedback, also if it no longer holds."""
        with self._database.reading() as session:
            return set(session.scalars(select(FeedbackEvent.username).distinct()))

    def _about(self, name: str, subject: Subject, now: datetime) -> Given | None:
        key = (subject.kind, id_now(subject, self._aliases()))
        return next((each for each in self.of(name, now) if (each.subject.kind, each.id_now) == key), None)

    def _events(self, name: str) -> Sequence[Row[Any]]:
        columns = FeedbackEvent.__table__.columns
        asked = select(*columns).where(FeedbackEvent.username == name).order_by(FeedbackEvent.number)
        with self._database.reading() as session:
            return session.execute(asked).all()

    def _store(
        self, name: str, event_id: str, verdict: str, subject: Subject, now: datetime, *, undoes: str | None = None
    ) -> None:
        row = {
            "event_id": event_id,
            "username": name,
            "verdict": verdict,
            "subject": subject.kind,
            "subject_id": subject.id,
            "track_name": subject.track_name,
            "artist_name": subject.artist_name,
            "undoes": undoes,
            "given_at": now,
        }
        with self._database.writing() as session:
            session.execute(insert(FeedbackEvent), row)
        self._changed(name)


def id_now(subject: Subject, aliases: Aliases) -> str:
    """The subject's id as lists have it."""
    return (track_now if subject.kind is SubjectKind.TRACK else artist_now)(subject.id, aliases)


def standing(events: Iterable[Any], aliases: Aliases) -> list[Given]:
    """The verdicts of these events, oldest first, without those that were undone."""
    said: dict[str, Given] = {}
    for event in events:
        if event.verdict == UNDO:
            said.pop(event.undoes, None)
            continue
        subject = Subject(SubjectKind(event.subject), event.subject_id, event.artist_name, event.track_name)
        said[event.event_id] = _given(event.event_id, Verdict(event.verdict), subject, event.given_at, aliases)
    return list(said.values())


def in_force(events: Iterable[Any], now: datetime, aliases: Aliases) -> tuple[Given, ...]:
    """The last verdict on each subject, unless it has expired; newest first."""
    last = {(given.subject.kind, given.id_now): given for given in standing(events, aliases)}
    holding = [given for given in last.values() if given.expires_at is None or given.expires_at > now]
    return tuple(sorted(holding, key=lambda given: (given.given_at, given.event_id), reverse=True))


def _given(event_id: str, verdict: Verdict, subject: Subject, given_at: datetime, aliases: Aliases) -> Given:
    return Given(event_id, verdict, subject, given_at, _expiry(verdict, given_at), id_now(subject, aliases))


def _expiry(verdict: Verdict, given_at: datetime) -> datetime | None:
    holds = HOLDS.get(verdict)
    return None if holds is None else given_at + holds
