"""How long something takes, and how much memory all its processes hold."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psutil

SAMPLED_EVERY_SECONDS = 0.5


@contextmanager
def peak_memory() -> Iterator[list[float]]:
    """The most memory, in GiB, that this process and all below it held at once (proportional share)."""
    peak, done = [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(SAMPLED_EVERY_SECONDS):
            peak[0] = max(peak[0], _memory() / 2**30)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield peak
    finally:
        done.set()
        watching.join()


def _memory() -> int:
    total = 0
    for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
        try:
            total += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return total


def timed(what: Callable[[], object]) -> float:
    """Seconds."""
    started = time.monotonic()
    what()
    return time.monotonic() - started
