"""Reading a listener's whole history from Last.fm: what to ask next, so that no play is missed and none asked twice."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol

from flows.landing import Page, write_whole
from flows.sources.errors import Overloaded, SourceError, SourceUnavailable
from flows.sources.lastfm_answers import RecentTracks
from flows.sources.windows import Window, damaged, pages_of, read_json

# Plays made offline arrive up to 14 days late.
OVERLAP_SECONDS = 14 * 24 * 3600
# Larger pages fail more often; where a page fails, smaller ones often still come: 200, 100, 50, 25.
PAGE_ROWS = 200
FEWEST_ROWS = 25
STATE_FILE = "state.json"


@dataclass(frozen=True)
class Progress:
    """How far the reading of one window has come: `page` of `pages` are landed."""

    listener: str
    window: str
    page: int
    pages: int


@dataclass(frozen=True)
class State:
    """What a sync leaves for the next one: its newest play, and the time before which plays belong to the history."""

    newest: int
    border: int


class Pages(Protocol):
    """Whoever answers user.getRecentTracks."""

    def recent_tracks(
        self, listener: str, request: dict[str, str], before_attempt: Callable[[], None]
    ) -> RecentTracks: ...


class Reading:
    """One run over one listener's history, with counts of what it did.

    A history is two windows that meet 14 days before its newest play: `history`, read once, and `recent`, read on
    every sync from the same play on until a newer one is known. So a sync that finds nothing new gets the same bodies
    as the one before, and adds nothing anywhere.
    """

    def __init__(self, source: Pages, listener: str, folder: Path, progress: Callable[[Progress], None]) -> None:
        self.calls = self.new_pages = self.pages = self.plays = self.newest = 0
        self._source = source
        self._listener = listener
        self._folder = folder
        self._progress = progress

    def sync(self, now: int) -> None:
        """Finish what a killed run left, then read what is recent, and the history where it is not yet read."""
        state = self._state(now)
        if state is None:
            return
        since = max(min(state.newest, now) - OVERLAP_SECONDS, 0)
        recent = Window(self._folder / f"recent-from-{since}")
        history = Window(self._folder / f"history-before-{state.border}")
        for left_over in (recent, history):
            if left_over.unfinished:
                self._read(left_over)
        newest = self._pass(recent, since, now) or state.newest
        if state.border and not history.done:
            self._pass(history, 0, state.border)
        self._save(State(newest, state.border))

    def backfill(self, since: int, until: int, *, has_end: bool) -> None:
        """Read exactly one range. One without an end is known by its start, so that a later run can finish it."""
        if since >= until:
            raise SourceError("the range ends before it begins, or lies ahead: give a --since before --until")
        window = Window(self._folder / f"backfill-{since}-to-{until if has_end else 'now'}")
        if window.unfinished:
            self._read(window)
        else:
            self._pass(window, since, until)

    def _state(self, now: int) -> State | None:
        """What the last sync left; for a first one, where the newest play lies. None for who has played nothing."""
        path = self._folder / STATE_FILE
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
        write_whole(self._folder / STATE_FILE, json.dumps(asdict(state)).encode())
        return state

    def _pass(self, window: Window, since: int, until: int) -> int:
        """Plan a pass over the window and read it; return the time of its newest play, 0 where there is none."""
        first = self._probe(since, until)
        window.begin(since, until, first.total, PAGE_ROWS)
        self._read(window)
        return first.newest or 0

    def _read(self, window: Window) -> None:
        """From the last page to the first: new plays move rows to later pages, never to earlier ones."""
        pages = window.plan.pages
        for page in range(pages, 0, -1):
            self._land(window, page, PAGE_ROWS, window.plan.total)
            self._progress(Progress(self._listener, window.name, pages - page + 1, pages))
        window.finish()

    def _land(self, window: Window, page: int, limit: int, total: int, again: str = "") -> None:
        """Land one page, in halves where it does not come whole; `again` marks one read a second time."""
        is_beyond = (page - 1) * limit >= total
        if is_beyond or window.has(window.page_name(page, limit) + again):
            return
        if _has_parts(window, page, limit, again) or not self._landed_whole(window, page, limit, total, again):
            for half in _halves(page):
                self._land(window, half, limit // 2, total, again)

    def _landed_whole(self, window: Window, page: int, limit: int, total: int, again: str) -> bool:
        """Whether the page came; if not, smaller ones may."""
        try:
            answer = self._ask(window.plan.since, window.plan.until, page, limit)
        except Overloaded:
            if limit <= FEWEST_ROWS:
                raise
            return False
        expected = min(limit, total - (page - 1) * limit)
        if answer.rows == answer.per_page < expected and limit > FEWEST_ROWS:
            return False
        if answer.rows == 0:
            self._confirm_gone(window, page, limit)
        if not again:
            self._read_shifted(window, page, limit, answer.total)
        self._keep(window, page, limit, again, answer)
        return True

    def _confirm_gone(self, window: Window, page: int, limit: int) -> None:
        """Plays can vanish, and with them the last page; but a total that forgot them for a moment must not count."""
        total = self._probe(window.plan.since, window.plan.until).total
        if total > (page - 1) * limit:
            raise SourceUnavailable(
                f"Last.fm counts {total} plays of {self._listener} but sent an empty page {page} of {limit}: "
                "run it again later, what has been fetched is kept"
            )

    def _read_shifted(self, window: Window, page: int, limit: int, total: int) -> None:
        """Plays that arrived late pushed as many rows over to pages that were read before: read those again.

        That comes before the page itself is landed: a run killed in between sees the growth again.
        """
        pushed = total - window.plan.total
        last = min(page + pages_of(pushed, limit), pages_of(total, limit))
        for shifted in range(last, page, -1):
            self._land(window, shifted, limit, total, again=f"-at-{total}")

    def _keep(self, window: Window, page: int, limit: int, again: str, answer: RecentTracks) -> None:
        request = _request(window.plan.since, window.plan.until, page, limit)
        landed = Page("lastfm", "user.getRecentTracks", self._listener, request, answer.body, answer.status)
        self.new_pages += window.keep(landed, window.page_name(page, limit) + again)
        self.pages += 1
        self.plays += answer.rows
        if not again:
            window.recount(answer.total)

    def _probe(self, since: int, until: int) -> RecentTracks:
        """The newest play of a range, and how many it has."""
        return self._ask(since, until, 1, 1)

    def _ask(self, since: int, until: int, page: int, limit: int) -> RecentTracks:
        answer = self._source.recent_tracks(self._listener, _request(since, until, page, limit), self._count)
        # Not every server heeds `to`, and a clock gone wrong puts plays into the year 2038.
        newest = min(answer.newest, until) if answer.newest else None
        self.newest = max(self.newest, newest or 0)
        return replace(answer, newest=newest)

    def _count(self) -> None:
        self.calls += 1


def _request(since: int, until: int, page: int, limit: int) -> dict[str, str]:
    beginning = {"from": str(since)} if since else {}
    return {"limit": str(limit), "page": str(page), **beginning, "to": str(until)}


def _halves(page: int) -> tuple[int, int]:
    """The two pages of half the size that hold the same rows, the older one first."""
    return 2 * page, 2 * page - 1


def _has_parts(window: Window, page: int, limit: int, again: str) -> bool:
    """Whether an earlier run had to read the page in parts, and landed one."""
    return limit > FEWEST_ROWS and any(
        window.has(window.page_name(half, limit // 2) + again) or _has_parts(window, half, limit // 2, again)
        for half in _halves(page)
    )
