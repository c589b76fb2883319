"""`segue forget-source`: removes one source's pages of a listener, and the plays that only this source saw."""

import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flows import engine
from flows.alike import leave_if_gone
from flows.rewriting import folders_of
from flows.settings import Settings
from flows.terminal import say, say_written
from flows.under_way import build as build_now

FORGOTTEN = ".forgotten"


class NothingFrom(Exception):
    """A source from which there is nothing about the listener."""


def forget_source(settings: Settings, listener: str, source: str) -> None:
    """Forget what the source delivered about the listener, and rebuild. Raises `NothingFrom`."""
    bronze = settings.home / "bronze"
    folders = {folder: folder.parts[-3] for folder in folders_of(bronze, listener)}
    if source not in folders.values() and not (bronze / FORGOTTEN).exists():
        there = f"choose from {', '.join(sorted(set(folders.values())))}" if folders else "check the name"
        raise NothingFrom(f"{listener} has no data from {source!r}: {there}")
    with _put_aside(bronze / FORGOTTEN, [folder for folder, told_by in folders.items() if told_by == source]):
        report = build_now(settings, engine.EVERYTHING, listeners=[listener], forget=source, accept_fewer=True)
    leave_if_gone(settings, listener)
    say(f"removed the data from {source} about {listener}")
    say_written(report)


@contextmanager
def _put_aside(aside: Path, folders: Sequence[Path]) -> Iterator[None]:
    """Put these pages aside, where no job consumes them, and delete them once the block is done.

    If the block fails, they stay put aside until the next forgetting.
    """
    aside.mkdir(parents=True, exist_ok=True)
    for folder in folders:
        folder.rename(aside / uuid.uuid4().hex)
    yield
    shutil.rmtree(aside)
