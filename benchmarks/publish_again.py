"""Publishes a copy of the served version, as jobs/publish.py does: `publish_again.py SERVED PUBLISHED_AT`."""

import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path


def publish_again(served: Path, published_at: str) -> None:
    """Copy the version, change it, sync it to disk, and switch to it."""
    version = served / "segue-2.sqlite"
    shutil.copyfile(served / "current.sqlite", version)
    with closing(sqlite3.connect(version)) as store, store:
        store.execute("UPDATE meta SET value = ? WHERE key = 'published_at'", (published_at,))
    descriptor = os.open(version, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
    link = served / "current.link"
    link.symlink_to(version.name)
    link.replace(served / "current.sqlite")


if __name__ == "__main__":
    publish_again(Path(sys.argv[1]), sys.argv[2])
