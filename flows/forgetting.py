"""`segue forget-source`: a listener's plays without those that one source alone saw, and without its pages."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows import engine
from flows.landing import in_path
from flows.settings import Settings
from flows.terminal import say, say_written
from flows.under_way import build as build_now

FORGOTTEN = ".forgotten"


class NothingFrom(Exception):
    """A source that told nothing of the listener."""


def forget_source(settings: Settings, listener: str, source: str) -> None:
    """Forget what the source told of the listener, and build anew. Raises `NothingFrom`."""
    bronze = settings.home / "bronze"
    with _put_aside(bronze, listener, source) as had_pages:
        report = build_now(settings, engine.EVERYTHING, listeners=[listener], forget=source, accept_fewer=True)
    if not report.written and not had_pages:
        known = sorted({folder.parts[-3] for folder in bronze.glob(f"*/*/{in_path(listener)}")})
        there = f"there is {', '.join(known)}" if known else "there is no source of theirs"
        raise NothingFrom(f"{listener} has nothing from {source!r}: {there}")
    say(f"forgot what {source} told of {listener}")
    say_written(report)


@contextmanager
def _put_aside(bronze: Path, listener: str, source: str) -> Iterator[bool]:
    """Keep the source's pages from whoever looks for pages to consume, and delete them once the block is done.

    Where the block fails they stay put aside: nothing else than forgetting again touches them.
    """
    aside = bronze / FORGOTTEN
    folders = [folder for folder in bronze.glob(f"*/*/{in_path(listener)}") if folder.parts[-3] == source]
    aside.mkdir(parents=True, exist_ok=True)
    for folder in folders:
        folder.rename(aside / uuid.uuid4().hex)
    yield bool(folders)
    shutil.rmtree(aside)
