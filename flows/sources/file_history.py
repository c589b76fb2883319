"""Lands a history from files page by page: all or nothing, and the same content only once."""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from flows.landing import Page, folder_of, land
from flows.sources.text_file import readable

RECORDS_PER_PAGE = 10_000


class FileHistory(Protocol):
    """Plays found in one file, or in several of one kind, with their description and their pages."""

    @property
    def name(self) -> str:
        """The file's name, for messages."""
        ...

    @property
    def source(self) -> str: ...

    @property
    def method(self) -> str: ...

    @property
    def digest(self) -> str:
        """sha256 of the unpacked content."""
        ...

    @property
    def expected(self) -> int:
        """The approximate number of records, estimated from the first ones."""
        ...

    @property
    def local_times(self) -> bool:
        """Whether its times may lack a zone, so that the zone given by the user applies."""
        ...

    @property
    def request(self) -> Mapping[str, str]:
        """What a reader of its pages must know, such as the mapping of columns."""
        ...

    def bodies(self) -> Iterator[tuple[str, int]]:
        """The body of each page, and how many records it holds. Raises `NotAHistory`."""
        ...


def land_history(
    history: FileHistory,
    *,
    listener: str,
    timezone: str,
    bronze: Path,
    fetched_at: datetime,
    progress: Callable[[int], None],
) -> list[Path]:
    """Land the whole history or nothing, once for the same content, mapping and time zone; return its pages.

    `progress` gets the number of records landed, after each page. Raises `NotAHistory`, and `OSError` if the pages
    cannot be written.
    """
    zone = {"timezone": timezone} if history.local_times else {}
    home = folder_of(bronze, history.source, history.method, listener)
    folder = home / f"{history.digest[:16]}-{_short_hash({**zone, **history.request})}"
    with _only_writer(home):
        if not folder.exists():
            _land_whole(_pages(history, listener, zone, progress), folder, fetched_at)
    return sorted(folder.glob("records-*.json.gz"))


def _pages(
    history: FileHistory, listener: str, zone: Mapping[str, str], progress: Callable[[int], None]
) -> Iterator[Page]:
    request, landed = {"file": readable(history.name), **zone, **history.request}, 0
    for body, count in history.bodies():
        yield Page(history.source, history.method, listener, request, body)
        landed += count
        progress(landed)


def _land_whole(pages: Iterable[Page], folder: Path, fetched_at: datetime) -> None:
    """Write the pages to a staging folder and rename it once all are there; a killed import's rest is deleted first.

    The staging folder is one level deeper than landed pages, so a job that lists those meanwhile does not find it.
    """
    partial = folder.parent / ".partial"
    staging = partial / folder.name
    shutil.rmtree(partial, ignore_errors=True)
    try:
        for number, page in enumerate(pages, 1):
            land(page, staging, f"records-{number:05}", fetched_at=fetched_at)
        os.rename(staging, folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@contextmanager
def _only_writer(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which the kernel frees when the process ends."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _short_hash(request: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode(errors="surrogateescape")).hexdigest()[:8]
