"""Locks between the processes that write one local lake; the kernel releases them when a process dies."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Held shared by processes that write without a server, and exclusively by a Spark Connect server while it runs: the
# write of a killed client goes on inside the server, where no other process's lock would prevent it.
DIRECT_WRITERS = ".direct-writers"


class LakeIsServed(Exception):
    """A Spark Connect server is this lake's only writer; other processes must write through it."""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock exclusively; waits until it is free."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def shared(path: Path) -> Iterator[None]:
    """Hold the lock, shared with others. Raises `LakeIsServed` if a server holds it exclusively."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LakeIsServed(
                f"a Spark Connect server is writing {path.parent}: set SPARK_REMOTE to its address, or stop 'segue up'"
            ) from None
        yield
