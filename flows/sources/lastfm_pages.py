"""Reads one window of plays page by page, from the oldest to the newest, while plays may be added or deleted.

Plays are counted from the oldest up, so that a new play changes no other's number; Last.fm counts pages from the newest
down, so a new play shifts them. `height` is the number of plays since the pass began, including any deleted since:
earlier counts stay valid, and after a deletion some rows are read twice, but none is missed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from flows.landing import Page
from flows.sources.errors import Overloaded, SourceUnavailable
from flows.sources.lastfm_answers import RecentTracks
from flows.sources.play_source import Progress
from flows.sources.windows import Window, pages_of

# Larger pages fail more often; if a page fails, smaller ones often still work: 200, 100, 50, 25.
PAGE_ROWS = 200
FEWEST_ROWS = 25


@dataclass
class Tally:
    """What one fetch did. `newest` is the time of the newest play it saw, 0 for none."""

    calls: int = 0
    pages: int = 0
    new_pages: int = 0
    plays: int = 0
    newest: int = 0

    def add(self, answer: RecentTracks, *, is_new: bool) -> None:
        self.pages += 1
        self.new_pages += is_new
        self.plays += answer.rows

    @property
    def newest_iso(self) -> str:
        return datetime.fromtimestamp(self.newest, UTC).isoformat() if self.newest else ""


# Answers a request of limit, page, from and to.
Ask = Callable[[dict[str, str]], RecentTracks]


class Pass:
    """One pass over a window, begun or left unfinished by a killed run."""

    def __init__(self, window: Window, listener: str, ask: Ask, tally: Tally) -> None:
        self._window = window
        self._listener = listener
        self._ask = ask
        self._tally = tally
        self._total = window.plan.total
        self._height = window.plan.height

    def run(self, progress: Callable[[Progress], None]) -> None:
        """Land all pages that this pass has not landed yet."""
        seen = self._window.plan.seen
        pages = self._window.plan.pages
        while seen < self._height:
            seen = self._land(seen, PAGE_ROWS)
            left = min(pages, pages_of(self._height - seen, PAGE_ROWS))
            progress(Progress(self._listener, self._window.name, pages - left, pages))
        self._window.finish()

    def _land(self, seen: int, limit: int) -> int:
        """Land the page with the play after the `seen` oldest; return how many are landed then."""
        page = self._page_of(seen, limit)
        top = self._top(page, limit)
        is_past_the_end = (page - 1) * limit >= self._total
        if is_past_the_end or self._window.has(self._name(page, limit)):
            return top
        if self._has_parts(page, limit):
            return self._cover(seen, top, limit // 2)
        try:
            answer = self._answer(page, limit)
        except Overloaded:
            if limit <= FEWEST_ROWS:
                raise
            return self._cover(seen, top, limit // 2)
        return self._keep(answer, seen, page, limit)

    def _cover(self, seen: int, goal: int, limit: int) -> int:
        while seen < goal:
            seen = self._land(seen, limit)
        return seen

    def _keep(self, answer: RecentTracks, seen: int, page: int, limit: int) -> int:
        """Land an answer; first, plays that late arrivals have pushed from this page to earlier ones."""
        moved = answer.total != self._total
        self._height += max(0, answer.total - self._total)
        self._total = answer.total
        bottom, top, name = self._top(page + 1, limit), self._top(page, limit), self._name(page, limit)
        if moved:
            self._cover(seen, bottom, limit)
        request = self._request(page, limit)
        sent = Page("lastfm", "user.getRecentTracks", self._listener, request, answer.body, answer.status)
        self._tally.add(answer, is_new=self._window.keep(sent, name))
        if moved:
            self._window.note(self._total, self._height, top)
        return top

    def _answer(self, page: int, limit: int) -> RecentTracks:
        answer = self._ask(self._request(page, limit))
        # A server that caps the page size counts pages by its own size: this page has other plays than were asked for.
        if max(answer.rows, 1) <= answer.per_page < limit:
            raise Overloaded(f"the server sends no more than {answer.per_page} plays per page: check LASTFM_API_URL")
        if answer.rows == 0:
            self._confirm_gone(page, limit)
        return answer

    def _confirm_gone(self, page: int, limit: int) -> None:
        """Confirm an empty page: plays can vanish, and the last page with them; but a total may be wrong briefly."""
        total = self._ask(self._request(1, 1)).total
        if total > (page - 1) * limit:
            raise SourceUnavailable(
                f"Last.fm counts {total} plays of {self._listener} but sent an empty page {page} of {limit}: "
                "run it again later, what has been fetched is kept"
            )

    def _page_of(self, seen: int, limit: int) -> int:
        return (self._height - 1 - seen) // limit + 1

    def _top(self, page: int, limit: int) -> int:
        """The number of plays up to the newest one of the page."""
        return self._height - (page - 1) * limit

    def _name(self, page: int, limit: int) -> str:
        return self._window.page_name(page, limit, self._height)

    def _has_parts(self, page: int, limit: int) -> bool:
        """Whether an earlier run had to read the page in parts, and landed one."""
        halves = (2 * page, 2 * page - 1)
        return limit > FEWEST_ROWS and any(
            self._window.has(self._name(half, limit // 2)) or self._has_parts(half, limit // 2) for half in halves
        )

    def _request(self, page: int, limit: int) -> dict[str, str]:
        return request_of(self._window.plan.since, self._window.plan.until, page, limit)


def request_of(since: int, until: int, page: int, limit: int) -> dict[str, str]:
    """The parameters for a page of the plays with `since <= time < until`."""
    beginning = {"from": str(since)} if since else {}
    return {"limit": str(limit), "page": str(page), **beginning, "to": str(until)}
