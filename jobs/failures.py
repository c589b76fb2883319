"""Reports failures of a job in one line."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException

DISK_FULL = ("No space left on device", "Disk quota exceeded")


class JobFailed(Exception):
    """A job failed; says why. What was committed before stays, and running it again continues from there."""


@contextmanager
def explained(home: Path) -> Iterator[None]:
    """Turn exceptions of Spark and of a full disk into `JobFailed`, with one line instead of a Java stack."""
    try:
        yield
    except (PySparkException, Py4JError) as error:
        text = str(error)
        if any(sign in text for sign in DISK_FULL):
            raise JobFailed(_disk_full(home)) from error
        raise JobFailed(f"Spark failed: {text.strip().splitlines()[0]}") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise JobFailed(_disk_full(home)) from error
        raise


def _disk_full(home: Path) -> str:
    return f"the disk that holds {home} is full: free some space and run it again, nothing is lost"
