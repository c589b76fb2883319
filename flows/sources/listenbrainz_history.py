"""Reads a listener's whole history from ListenBrainz: which range to ask for next, and how far each was read."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from flows.landing import Page, in_path, land, write_whole
from flows.sources.listenbrainz_answers import Listens
from flows.sources.play_source import Landing, Progress
from flows.sources.windows import PLAN_FILE, backfill_name, damaged, read_json

SOURCE, METHOD = "listenbrainz", "listens"
# The most that the server returns; an older one returns 100.
PAGE_ROWS = 1000
# Plays may be submitted late, as at Last.fm; plays imported from years ago are found only by `--full`.
OVERLAP_SECONDS = 14 * 24 * 3600


class Pages(Protocol):
    """A client for get-listens."""

    def listens(self, account: str, query: dict[str, str], before_attempt: Callable[[], None]) -> Listens: ...


@dataclass(frozen=True)
class Plan:
    """One pass over the plays with `since <= time < until`, from the newest back: all from `at` on are landed."""

    since: int
    until: int
    at: int
    page: int = 0
    newest: int = 0
    done: bool = False


class Reading:
    """One run over one account's history, landed as the listener's."""

    def __init__(
        self, source: Pages, account: str, listener: str, folder: Path, progress: Callable[[Progress], None]
    ) -> None:
        self._source = source
        self._account = account
        self._listener = listener
        self._folder = folder
        self._progress = progress
        # A listener may have several accounts, whose pages are in the same folder.
        self._own = "" if account == listener else f"{in_path(account)}-"
        self._state = folder / f"{self._own}state.json"
        self._counts = {"new_pages": 0, "pages": 0, "plays": 0, "calls": 0}
        self._newest = 0
        self._complete: Path | None = None

    def landing(self) -> Landing:
        """What the run did."""
        newest = datetime.fromtimestamp(self._newest, UTC).isoformat() if self._newest else ""
        return Landing(self._listener, newest=newest, reading=self._complete, **self._counts)

    def sync(self, now: int) -> None:
        """Make the first reading, or finish a killed one, if there is no state yet; then read recent plays."""
        newest = self._known_newest()
        if newest is None:
            before = [_plan_in(path) for path in self._folder.glob(f"{self._own}history-before-*/{PLAN_FILE}")]
            plan = next(filter(None, before), None) or Plan(0, now + 1, now + 1)
            newest = self._read(f"history-before-{plan.until}", plan)
        since = max(0, min(newest, now) - OVERLAP_SECONDS)
        latest = self._read(f"recent-from-{since}", Plan(since, now + 1, now + 1))
        write_whole(self._state, json.dumps({"newest": max(newest, latest)}).encode())

    def full(self, now: int) -> None:
        """Read everything, or finish a complete reading that a killed run left."""
        before = sorted(self._folder.glob(f"{self._own}full-*"))
        left = (folder for folder in before if (plan := _plan_in(folder / PLAN_FILE)) and not plan.done)
        window = next(left, self._folder / f"{self._own}full-{now}")
        self._read(window.name.removeprefix(self._own), Plan(0, now + 1, now + 1))
        self._complete = window

    def backfill(self, since: int, until: int, *, has_end: bool) -> None:
        """Read exactly one range; raises `SourceError` if it is empty."""
        self._read(backfill_name(since, until, has_end=has_end), Plan(since, until, until))

    def _known_newest(self) -> int | None:
        known = read_json(self._state)
        if known and not isinstance(known.get("newest"), int):
            raise damaged(self._state)
        return known.get("newest")

    def _read(self, name: str, asked: Plan) -> int:
        """Read the range, from where a killed run left it; return the time of its newest play, 0 if it has none."""
        window = self._folder / f"{self._own}{name}"
        left = _plan_in(window / PLAN_FILE)
        plan = left if left and not left.done else asked
        while not plan.done:
            plan = self._land(window, plan)
            write_whole(window / PLAN_FILE, json.dumps(asdict(plan)).encode())
        return plan.newest

    def _land(self, window: Path, plan: Plan) -> Plan:
        """Land the page below `at`. Plays of its oldest second may be cut off, so the next page begins with them."""
        query = {"count": str(PAGE_ROWS), "max_ts": str(plan.at)}
        answer = self._source.listens(self._account, query, self._count_call)
        # Wrong clocks put plays into the year 2038.
        times = [min(time, plan.until - 1) for time in answer.times]
        if not times:
            return replace(plan, done=True)
        self._keep(answer, query, window, f"page-{plan.page + 1:04d}")
        oldest, newest = min(times), max(plan.newest, *times)
        self._newest = max(self._newest, newest)
        below = oldest + 1 if oldest + 1 < plan.at else oldest
        self._tell(window.name, plan, answer, oldest)
        return replace(plan, at=below, page=plan.page + 1, newest=newest, done=oldest < plan.since)

    def _keep(self, answer: Listens, query: dict[str, str], window: Path, name: str) -> None:
        page = Page(SOURCE, METHOD, self._listener, {"account": self._account, **query}, answer.body, answer.status)
        before = {path.name for path in window.glob(f"{name}.*")}
        self._counts["new_pages"] += land(page, window, name).name not in before
        self._counts["pages"] += 1
        self._counts["plays"] += len(answer.times)

    def _tell(self, window: str, plan: Plan, answer: Listens, oldest: int) -> None:
        """Report progress; the number of pages is estimated from how far back in time this one reaches."""
        bottom = max(plan.since, answer.oldest_of_all)
        share = (plan.until - oldest) / max(1, plan.until - bottom)
        pages = max(plan.page + 1, round((plan.page + 1) / min(1.0, max(share, 0.001))))
        self._progress(Progress(self._listener, window, plan.page + 1, pages))

    def _count_call(self) -> None:
        self._counts["calls"] += 1


def _plan_in(path: Path) -> Plan | None:
    content = read_json(path)
    try:
        return Plan(**content) if content else None
    except TypeError:
        raise damaged(path) from None
