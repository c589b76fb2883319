"""Measures run time, and processor time and memory over all processes; finds the folder with the benchmark data."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

SAMPLED_EVERY_SECONDS = 0.5


@contextmanager
def peak_memory() -> Iterator[list[float]]:
    """The peak memory in GiB of this process and all its descendants together (proportional set size)."""
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


def processor_seconds() -> float:
    """The processor time in seconds of this process and all its descendants that still run."""
    return _over_all(lambda process: sum(process.cpu_times()[:2]))


def _memory() -> float:
    return _over_all(lambda process: float(process.memory_full_info().pss))


def _over_all(measure: Callable[[psutil.Process], float]) -> float:
    """The sum over this process and all its descendants."""
    total = 0.0
    for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
        try:
            total += measure(process)
        except psutil.NoSuchProcess:
            continue
    return total


def shared_data() -> Path:
    """The folder with the data: SEGUE_SHARED itself, or the folder `data` in it."""
    shared = Path(os.environ.get("SEGUE_SHARED", "shared"))
    return shared / "data" if (shared / "data").is_dir() else shared


def timed(what: Callable[[], object]) -> float:
    """How long the call takes, in seconds."""
    started = time.monotonic()
    what()
    return time.monotonic() - started
