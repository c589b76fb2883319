"""The HTTP session for all calls of ListenBrainz."""

import time
from collections.abc import Callable

from flows.sources.http import Session
from flows.sources.pace import Pace


def listenbrainz_session(
    url: str,
    token: str | None,
    pace: Pace,
    *,
    attempts: int,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Session:
    """A session that sends the token, if there is one, and keeps it out of every error."""
    return Session(
        url,
        set_by="LISTENBRAINZ_API_URL",
        pace=pace,
        secrets=(token,) if token else (),
        headers={"Authorization": f"Token {token}"} if token else {},
        attempts=attempts,
        sleep=sleep,
        clock=clock,
    )
