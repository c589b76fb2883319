"""ListenBrainz: a listener's plays, read backwards in time from the newest, so that new plays shift no page."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from flows.landing import folder_of
from flows.sources.errors import UnknownListener
from flows.sources.http import ATTEMPTS
from flows.sources.listenbrainz_answers import Listens, listens
from flows.sources.listenbrainz_history import METHOD, SOURCE, Reading
from flows.sources.listenbrainz_session import listenbrainz_session
from flows.sources.pace import Pace
from flows.sources.play_source import Landing, Progress
from flows.sources.reading import read
from flows.sources.windows import alone


class ListenBrainz:
    """A ListenBrainz-compatible server as a source of plays; thread-safe.

    The token is in no repr and no error.
    """

    def __init__(
        self,
        *,
        url: str,
        token: str | None,
        pace: Pace,
        bronze: Path,
        attempts: int = ATTEMPTS,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = listenbrainz_session(url, token, pace, attempts=attempts, sleep=sleep, clock=clock)
        self._bronze = bronze

    def __repr__(self) -> str:
        return f"ListenBrainz({self._session.host})"

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

        With `since` or `until` exactly that range is read, without effect on the next ordinary fetch. `full` reads
        everything again, so that vanished plays can be found. What a killed fetch has landed is not asked for again.
        Raises `SourceError`.
        """
        account = account.strip().lower()
        whose = (listener or account).strip().lower()
        if not account:
            raise UnknownListener("no listener given: give the name of a ListenBrainz account")
        folder = folder_of(self._bronze, SOURCE, METHOD, whose)
        reading = Reading(self, account, whose, folder, progress)
        with alone(folder):
            return read(reading, since=since, until=until, now=now, full=full)

    def listens(self, account: str, query: dict[str, str], before_attempt: Callable[[], None]) -> Listens:
        """One page of the account's listens; `query` holds count and max_ts. Raises `SourceError`."""
        path = f"1/user/{quote(account, safe='')}/listens"
        return self._session.get(path, query, lambda reply: listens(reply, account), before_attempt=before_attempt)
