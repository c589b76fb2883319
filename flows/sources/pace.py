"""Rate limit of a source: one bucket per key, shared by all processes on this machine."""

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

# How many calls may go out at once after a pause; the average stays at the rate.
BURST = 2
# No queue gets this long: a later time in the file was written before the clock was set back.
LONGEST_QUEUE_SECONDS = 300.0


class Pace:
    """Lets `calls_per_second` calls through, counted over all processes that use the same folder and key.

    The file holds one number, the moment at which the next call is free. A caller takes that moment under a lock and
    then waits for it outside the lock, so callers are served in the order in which they came. A rate of 0 means no
    limit, and touches no file.
    """

    def __init__(
        self,
        folder: Path,
        key: str,
        calls_per_second: float,
        *,
        burst: int = BURST,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        # Named by a hash, so that the key is in no file name.
        self._path = folder / hashlib.sha256(key.encode()).hexdigest()[:16]
        self._calls_per_second = calls_per_second
        self._burst = burst
        self._sleep = sleep
        self._clock = clock

    def __repr__(self) -> str:
        return f"Pace({self._calls_per_second:g} calls/s)"

    def wait(self) -> None:
        """Return when the next call may go out."""
        if self._calls_per_second <= 0:
            return
        seconds = self._seconds_to_wait(1 / self._calls_per_second)
        if seconds > 0:
            self._sleep(seconds)

    def _seconds_to_wait(self, interval: float) -> float:
        with self._locked() as descriptor:
            now = self._clock()
            free = _number_in(descriptor)
            if free > now + LONGEST_QUEUE_SECONDS:
                free = now
            mine = max(free, now - (self._burst - 1) * interval)
            # A fixed width, so that overwriting leaves no digits of the number before.
            os.pwrite(descriptor, f"{mine + interval:020.6f}".encode(), 0)
        return mine - now

    @contextmanager
    def _locked(self) -> Iterator[int]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)


def _number_in(descriptor: int) -> float:
    try:
        return float(os.pread(descriptor, 20, 0))
    except ValueError:
        return 0.0
