"""How feedback and what a listener was shown change their lists: tracks are hidden, cooled or liked."""

import threading
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.exc import DatabaseError

from ui.aliases import Aliases, track_now
from ui.database.engine import Database
from ui.feedback import Feedback, Given, SubjectKind, Verdict
from ui.overlay import NOTHING_TOLD, Overlay
from ui.shown import SEEN_FOR, Showing, Shown
from ui.version import Unavailable

# This app's own writes take effect at once; other processes' writes, and expiry, at the latest after this time.
LOOK_AGAIN_SECONDS = 60.0
MOST_KEPT = 20_000
HIDING = frozenset({Verdict.NEVER, Verdict.NOT_NOW})


@dataclass(frozen=True)
class _Kept:
    overlay: Overlay
    until: float


class ListenerMemory:
    """All listeners' feedback and shown tracks, cached for use in every list; `aliases` returns the present ones."""

    def __init__(self, database: Database, aliases: Callable[[], Aliases] = dict) -> None:
        self.feedback = Feedback(database, self._changed, aliases)
        self._aliases = aliases
        self.shown = Shown(database, self._changed)
        self._kept: dict[str, _Kept] = {}
        self._telling: set[str] = set()
        self._telling_until = 0.0
        self._loading = threading.Lock()

    def overlay(self, username: str) -> Overlay:
        """The listener's overlay now, by their lower-case name; the same object as long as nothing changed.

        If the database cannot be read, the last one known; raises `Unavailable` if there is none.
        """
        kept = self._kept.get(username)
        if kept is not None and kept.until > time.monotonic():
            return kept.overlay
        with self._loading:
            return self._loaded(username)

    def remember(self, username: str, track_ids: Sequence[str]) -> None:
        """Record that these tracks were shown to the listener, given by lower-case name."""
        self.shown.note(username, track_ids)

    def close(self) -> None:
        """Write what is not written yet."""
        self.shown.close()

    def _changed(self, username: str) -> None:
        # A load under way may have read the state before: wait until it ends, then drop its overlay.
        with self._loading:
            self._telling.add(username)
            self._kept.pop(username, None)

    def _loaded(self, username: str) -> Overlay:
        before = self._kept.get(username)
        now = datetime.now(UTC)
        try:
            overlay = self._read(username, now)
        except DatabaseError:
            if before is None:
                raise Unavailable("listeners' feedback cannot be read now: check the app's database") from None
            overlay = before.overlay
        if before is not None and before.overlay == overlay:
            overlay = before.overlay
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[username] = _Kept(overlay, time.monotonic() + _seconds(username))
        return overlay

    def _read(self, username: str, now: datetime) -> Overlay:
        """Read the overlay. Which listeners have any is read once for all: most have none, and need no query."""
        if self._telling_until <= time.monotonic():
            self._telling |= self.feedback.everybody() | self.shown.everybody()
            self._telling_until = time.monotonic() + LOOK_AGAIN_SECONDS
        if username not in self._telling:
            return NOTHING_TOLD
        aliases = self._aliases()
        showings = [
            replace(each, track_id=track_now(each.track_id, aliases)) for each in self.shown.of(username, now.date())
        ]
        return overlay_of(self.feedback.of(username, now), showings, now)


def _seconds(username: str) -> float:
    """How long an overlay is cached; differs between listeners, so that a thousand do not expire in the same second."""
    return LOOK_AGAIN_SECONDS * (0.5 + zlib.crc32(username.encode()) / 2**33)


def overlay_of(verdicts: Collection[Given], showings: Collection[Showing], now: datetime) -> Overlay:
    """The overlay of verdicts in force and shown tracks; times count in whole days, so that lists stay stable."""
    today = now.date()
    tracks, artists = _by_subject(verdicts, SubjectKind.TRACK), _by_subject(verdicts, SubjectKind.ARTIST)
    warmest_last = sorted(showings, key=lambda each: each.factor(today), reverse=True)
    repeated = {each.track_id: factor for each in warmest_last if (factor := each.factor(today)) < 1}
    skipped = _cooled(tracks, now)
    overlay = Overlay(
        hidden_tracks=_said(tracks, HIDING),
        hidden_artists=_said(artists, HIDING),
        cooled_tracks={**repeated, **{each: skipped[each] * repeated.get(each, 1.0) for each in skipped}},
        cooled_artists=_cooled(artists, now),
        liked_tracks=_said(tracks, {Verdict.LIKE}),
        liked_artists=_said(artists, {Verdict.LIKE}),
        shown_tracks=frozenset(each.track_id for each in showings if today - each.last_shown_on < SEEN_FOR),
    )
    return overlay or NOTHING_TOLD


def _by_subject(verdicts: Iterable[Given], kind: SubjectKind) -> list[Given]:
    return [given for given in verdicts if given.subject.kind is kind]


def _said(verdicts: Iterable[Given], what: Collection[Verdict]) -> frozenset[str]:
    return frozenset(each for given in verdicts if given.verdict in what for each in _ids(given))


def _cooled(verdicts: Iterable[Given], now: datetime) -> dict[str, float]:
    """The factor that skips leave of a score: 0 on the first day, 0.5 after 30 days."""
    skips = ((given, given.given_at + timedelta(days=(now - given.given_at).days)) for given in verdicts)
    left = ((given, round(1 - given.skipped(day), 3)) for given, day in skips if given.verdict is Verdict.SKIP)
    return {each: factor for given, factor in left for each in _ids(given)}


def _ids(given: Given) -> frozenset[str]:
    """The subject's present id and the one at the time: lists not rebuilt since an alias was made have that."""
    return frozenset({given.subject.id, given.id_now})
