"""Last.fm: a listener's plays and facts, read as the API really behaves."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from flows.landing import CatalogueAnswer, folder_of, land_answer
from flows.sources.answered import Answered, CallCount
from flows.sources.errors import Transient, UnknownListener
from flows.sources.http import ATTEMPTS, Session
from flows.sources.lastfm_answers import NotFound, RecentTracks, listener_info, recent_tracks
from flows.sources.lastfm_catalogue import request_of, subject_of
from flows.sources.lastfm_hearing import Hearing
from flows.sources.lastfm_history import Reading
from flows.sources.pace import Pace
from flows.sources.play_source import Landing, Progress
from flows.sources.reading import in_utc, read
from flows.sources.reply import Reply
from flows.sources.windows import alone
from jobs.questions import Question

SOURCE = "lastfm"
RECENT_TRACKS = "user.getRecentTracks"
INFO = "user.getInfo"


class LastFm:
    """A Last.fm-compatible server as a source of plays and of facts about music; thread-safe.

    The key is in no repr and no error.
    """

    def __init__(
        self,
        *,
        url: str,
        key: str,
        pace: Pace,
        bronze: Path,
        attempts: int = ATTEMPTS,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = Session(
            url, set_by="LASTFM_API_URL", pace=pace, secrets=(key,), attempts=attempts, sleep=sleep, clock=clock
        )
        self._key = key
        self._bronze = bronze

    def __repr__(self) -> str:
        return f"LastFm({self._session.host})"

    def fetch_plays(
        self,
        account: str,
        /,
        *,
        listener: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        now: datetime,
        full: bool = False,
        progress: Callable[[Progress], None] = lambda _: None,
    ) -> Landing:
        """Land the account's new plays as the listener's: all at first, then those since, or a backfill.

        With `since` or `until` exactly that range is read, `since` inclusive and `until` exclusive, without effect on
        the next ordinary fetch. `full` reads everything again, so that vanished plays can be found. What a killed
        fetch has landed is not asked for again. Raises `SourceError`.
        """
        account = account.strip().lower()
        whose = (listener or account).strip().lower()
        if not account:
            raise UnknownListener("no listener given: give the name of a Last.fm account")
        folder = folder_of(self._bronze, SOURCE, RECENT_TRACKS, whose)
        reading = Reading(self, account, whose, folder, progress)
        with alone(folder):
            return read(reading, since=since, until=until, now=now, full=full)

    def answer(
        self, question: Question, *, now: datetime, before_attempt: Callable[[], None] = lambda: None
    ) -> Answered:
        """Ask, and land the answer as of `now`; "unknown subject" is an answer too. Raises `SourceError`.

        `before_attempt` is called before every call; an exception that it raises ends the asking.
        """
        count = CallCount(before_attempt)
        moment, request = in_utc(now), request_of(question)
        heard = self._session.post(self._form(question.method, request), Hearing(question).accept, before_attempt=count)
        asked = {**request, "asked_at": moment.isoformat()}
        answer = CatalogueAnswer(SOURCE, question.method, "", asked, heard.body, heard.status)
        path = land_answer(answer, self._bronze, subject_of(question), fetched_at=moment)
        return Answered(question, path, heard.known, count.calls)

    def recent_tracks(
        self, listener: str, request: dict[str, str], before_attempt: Callable[[], None] = lambda: None
    ) -> RecentTracks:
        """One page of user.getRecentTracks; `request` holds limit, page, from and to. Raises `SourceError`."""

        def accept(reply: Reply) -> RecentTracks:
            try:
                answer = recent_tracks(reply, listener)
            except NotFound as refusal:
                said = str(refusal)
            else:
                return _consistent(answer, request)
            # Error 6 sometimes comes for listeners who exist, in the middle of their history.
            self.info(listener, before_attempt)
            raise Transient(said)

        form = self._form(RECENT_TRACKS, {"user": listener, **request})
        return self._session.post(form, accept, before_attempt=before_attempt)

    def info(self, listener: str, before_attempt: Callable[[], None] = lambda: None) -> dict[str, object]:
        """The listener's facts from user.getInfo. Raises `UnknownListener`, and `SourceError` otherwise."""

        def accept(reply: Reply) -> dict[str, object]:
            try:
                return listener_info(reply)
            except NotFound:
                unknown = f"{self._session.host} has no listener {listener!r}: check the spelling"
            raise UnknownListener(unknown)

        return self._session.post(self._form(INFO, {"user": listener}), accept, before_attempt=before_attempt)

    def _form(self, method: str, request: dict[str, str]) -> dict[str, str]:
        return {"method": method, "api_key": self._key, "format": "json", **request}


def _consistent(answer: RecentTracks, request: dict[str, str]) -> RecentTracks:
    """The answer; `Transient` for an empty page that should have rows by its own total: that is not a history's end."""
    rows_before = (int(request["page"]) - 1) * int(request["limit"])
    if answer.rows == 0 and answer.total > rows_before:
        raise Transient(f"an empty page {request['page']} though there are {answer.total} plays")
    return answer
