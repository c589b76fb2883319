"""A circuit breaker: a source that failed several times in a row is not called for a while, by any thread."""

import threading
from collections.abc import Callable

from flows.sources.errors import SourceUnavailable

# One page that fails at each of its four sizes costs four failures; five in a row mean that the source is down.
FAILURES_TO_OPEN = 5
COOLING_SECONDS = 60.0


class Breaker:
    """Opens after `FAILURES_TO_OPEN` failures in a row; after `COOLING_SECONDS` one thread at a time tries again."""

    def __init__(self, host: str, clock: Callable[[], float]) -> None:
        self._host = host
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until = 0.0
        self._prober = 0

    def admit(self) -> None:
        """Raise `SourceUnavailable` while the breaker is open."""
        me = threading.get_ident()
        with self._lock:
            # The thread that tries may call twice: confirming an answer takes a second call.
            if self._failures < FAILURES_TO_OPEN or self._prober == me:
                return
            seconds = self._open_until - self._clock()
            if seconds <= 0:
                self._prober, self._open_until = me, self._clock() + COOLING_SECONDS
                return
        raise SourceUnavailable(
            f"{self._host} failed {self._failures} calls in a row and will not be called for {seconds:.0f} s: "
            "run it again later, what has been fetched is kept"
        )

    def worked(self) -> None:
        """Record that the source answered, even if with a refusal."""
        with self._lock:
            self._failures, self._prober = 0, 0

    def failed(self) -> None:
        """Record that a call ended without a usable answer, after all its retries."""
        with self._lock:
            self._failures, self._prober = self._failures + 1, 0
            self._open_until = self._clock() + COOLING_SECONDS
