"""A range of a listener's history on disk: the plan for reading it, and which of its pages are landed."""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from flows.landing import Page, land, write_whole
from flows.sources.errors import SourceError

PLAN_FILE = "window.json"
LOCK_FILE = ".lock"


@dataclass(frozen=True)
class Plan:
    """One pass over the plays with `since <= time < until`, in pages of `limit`; the range is fixed when it begins.

    `planned` plays were there then. Where that changed, `total` is the number found since, `height` the number that
    plays are counted in (see lastfm_pages), and the `seen` oldest were landed. `stale` are pages that an earlier pass
    landed: they lie there, but this pass has not seen them yet.
    """

    since: int
    until: int
    limit: int
    planned: int
    total: int
    height: int
    seen: int = 0
    done: bool = False
    stale: tuple[str, ...] = ()

    @property
    def pages(self) -> int:
        return pages_of(self.planned, self.limit)


class Window:
    """A folder of pages with their plan; opening it restores what a killed run left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._names = {path.name for path in folder.glob("*.json.gz")}
        self._plan = _plan_in(folder / PLAN_FILE)
        self._seen = _pages_named(self._names.difference(self._plan.stale if self._plan else ()))

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def plan(self) -> Plan:
        if self._plan is None:
            raise SourceError(f"{self.folder} has no {PLAN_FILE}: move the folder away, then run it again")
        return self._plan

    @property
    def unfinished(self) -> bool:
        """Whether a pass was begun, and ended before its last page."""
        return self._plan is not None and not self._plan.done

    @property
    def done(self) -> bool:
        return self._plan is not None and self._plan.done

    def begin(self, since: int, until: int, total: int, limit: int) -> None:
        """Start a pass: all pages are to be asked for, including those landed by an earlier pass."""
        self._write(Plan(since, until, limit, total, total, total, stale=tuple(sorted(self._names))))
        self._seen = set()

    def note(self, total: int, height: int, seen: int) -> None:
        """Record that the number of plays has changed, and how many of them are landed."""
        self._write(replace(self.plan, total=total, height=height, seen=seen))

    def finish(self) -> None:
        self._write(replace(self.plan, done=True, stale=()))

    def has(self, name: str) -> bool:
        """Whether this pass has landed the page, whatever its content."""
        return name in self._seen

    def keep(self, page: Page, name: str) -> bool:
        """Land the page; return whether it is new, that is, no pass has landed the same before."""
        landed = land(page, self.folder, name).name
        is_new = landed not in self._names
        self._names.add(landed)
        self._seen.add(name)
        if landed in self.plan.stale:
            self._write(replace(self.plan, stale=tuple(stale for stale in self.plan.stale if stale != landed)))
        return is_new

    def page_name(self, page: int, limit: int, height: int) -> str:
        """The page's name: `page-0003-of-0200`; `-by-100` for halved pages, `-at-N` once there were N plays."""
        factor = self.plan.limit // limit
        halved = "" if factor == 1 else f"-by-{limit}"
        grown = "" if height == self.plan.planned else f"-at-{height}"
        return f"page-{page:04d}-of-{self.plan.pages * factor:04d}{halved}{grown}"

    def _write(self, plan: Plan) -> None:
        write_whole(self.folder / PLAN_FILE, json.dumps(asdict(plan)).encode())
        self._plan = plan


def pages_of(total: int, limit: int) -> int:
    """The number of pages of `limit` rows for the total."""
    return -(-total // limit)


def read_json(path: Path) -> dict[str, Any]:
    """Read the small file that a run left for the next one; empty if there is none."""
    if not path.exists():
        return {}
    try:
        content = json.loads(path.read_bytes())
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise damaged(path)
    return content


def damaged(path: Path) -> SourceError:
    return SourceError(f"{path} is damaged: delete it, then run it again")


def backfill_name(since: int, until: int, *, has_end: bool) -> str:
    """The name of a backfill of one range; raises `SourceError` if the range is empty.

    A range without an end is identified by its start, so that a later run can finish it.
    """
    if since >= until:
        raise SourceError("the range ends before it begins, or is in the future: give a --since before --until")
    return f"backfill-{since}-to-{until if has_end else 'now'}"


def _pages_named(files: Iterable[str]) -> set[str]:
    return {file.partition(".")[0] for file in files}


def _plan_in(path: Path) -> Plan | None:
    content = read_json(path)
    try:
        return Plan(**{**content, "stale": tuple(content["stale"])}) if content else None
    except (KeyError, TypeError):
        raise damaged(path) from None


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock against other threads and processes; removes the folder at the end if it is empty."""
    descriptor = _locked(folder)
    try:
        yield
    finally:
        if os.listdir(folder) == [LOCK_FILE]:
            os.unlink(folder / LOCK_FILE)
            # Fails if another process has created a lock there meanwhile.
            with suppress(OSError):
                folder.rmdir()
        os.close(descriptor)


def _locked(folder: Path) -> int:
    """Acquire the folder's lock, and return its descriptor; tries again if the file was removed during the wait."""
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            descriptor = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if _is_at(descriptor, folder / LOCK_FILE):
                return descriptor
            os.close(descriptor)


def _is_at(descriptor: int, path: Path) -> bool:
    return path.exists() and os.path.samestat(os.fstat(descriptor), os.stat(path))
