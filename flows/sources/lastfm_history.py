"""Reads a listener's whole history from Last.fm: plans what to ask, so that no play is missed or asked for twice."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol

from flows.landing import in_path, write_whole
from flows.sources.lastfm_answers import RecentTracks
from flows.sources.lastfm_pages import PAGE_ROWS, Pass, Tally, request_of
from flows.sources.play_source import Landing, Progress
from flows.sources.windows import Window, backfill_name, damaged, read_json

# Plays made offline arrive up to 14 days late.
OVERLAP_SECONDS = 14 * 24 * 3600
STATE_FILE = "state.json"


@dataclass(frozen=True)
class State:
    """A sync's state for the next one: its newest play, and the time before which plays belong to the history."""

    newest: int
    border: int


class Pages(Protocol):
    """A client for user.getRecentTracks."""

    def recent_tracks(
        self, listener: str, request: dict[str, str], before_attempt: Callable[[], None]
    ) -> RecentTracks: ...


class Reading:
    """One run over one listener's history.

    A history is two windows that meet 14 days before its newest play: `history`, read once, and `recent`, read on
    every sync from the same play on until a newer one is known. So a sync that finds nothing new gets the same bodies
    as the one before, and adds nothing anywhere.
    """

    def __init__(
        self, source: Pages, account: str, listener: str, folder: Path, progress: Callable[[Progress], None]
    ) -> None:
        self._tally = Tally()
        self._complete: Path | None = None
        self._source = source
        self._account = account
        self._listener = listener
        # A listener may have several accounts, whose pages are in the same folder.
        self._start_of_path = f"{folder}/" if account == listener else f"{folder}/{in_path(account)}-"
        self._progress = progress

    def landing(self) -> Landing:
        """What the run did."""
        done = self._tally
        return Landing(
            self._listener, done.new_pages, done.pages, done.plays, done.calls, done.newest_iso, self._complete
        )

    def sync(self, now: int) -> None:
        """Finish what a killed run left, then read recent plays, and the history if it was not read yet."""
        state = self._state(now)
        if state is None:
            return
        since = max(min(state.newest, now) - OVERLAP_SECONDS, 0)
        recent = self._window(f"recent-from-{since}")
        history = self._window(f"history-before-{state.border}")
        for left_over in (recent, history):
            if left_over.unfinished:
                self._read(left_over)
        newest = self._pass(recent, since, now) or state.newest
        if state.border and not history.done:
            self._pass(history, 0, state.border)
        self._save(State(newest, state.border))

    def full(self, now: int) -> None:
        """Read everything, or finish a complete reading that a killed run left."""
        before = map(Window, sorted(Path(self._start_of_path).parent.glob(f"{Path(self._own('full-')).name}*")))
        window = next((left for left in before if left.unfinished), None)
        if window:
            self._read(window)
        else:
            window = self._window(f"full-{now}")
            self._pass(window, 0, now)
        self._complete = window.folder

    def backfill(self, since: int, until: int, *, has_end: bool) -> None:
        """Read exactly one range; raises `SourceError` if it is empty."""
        window = self._window(backfill_name(since, until, has_end=has_end))
        if window.unfinished:
            self._read(window)
        else:
            self._pass(window, since, until)

    def _state(self, now: int) -> State | None:
        """The last sync's state; for a first sync, from the newest play. None if the listener has no plays."""
        path = self._own(STATE_FILE)
        known = read_json(path)
        if not known:
            first = self._probe(0, now)
            newest = first.newest or now
            return self._save(State(newest, max(newest - OVERLAP_SECONDS, 0))) if first.total else None
        try:
            return State(int(known["newest"]), int(known["border"]))
        except (KeyError, TypeError, ValueError):
            raise damaged(path) from None

    def _save(self, state: State) -> State:
        write_whole(self._own(STATE_FILE), json.dumps(asdict(state)).encode())
        return state

    def _window(self, name: str) -> Window:
        return Window(self._own(name))

    def _own(self, name: str) -> Path:
        return Path(f"{self._start_of_path}{name}")

    def _pass(self, window: Window, since: int, until: int) -> int:
        """Plan a pass over the window and read it; return the time of its newest play, 0 if there is none."""
        first = self._probe(since, until)
        window.begin(since, until, first.total, PAGE_ROWS)
        self._read(window)
        return first.newest or 0

    def _read(self, window: Window) -> None:
        Pass(window, self._listener, self._ask, self._tally).run(self._progress)

    def _probe(self, since: int, until: int) -> RecentTracks:
        """The newest play of a range, and how many it has."""
        return self._ask(request_of(since, until, page=1, limit=1))

    def _ask(self, request: dict[str, str]) -> RecentTracks:
        answer = self._source.recent_tracks(self._account, request, self._count)
        # Not every server respects `to`, and wrong clocks put plays into the year 2038.
        newest = min(answer.newest, int(request["to"])) if answer.newest else None
        self._tally.newest = max(self._tally.newest, newest or 0)
        return replace(answer, newest=newest)

    def _count(self) -> None:
        self._tally.calls += 1
