"""Follows `served/current.sqlite` to the newest version, and replaces a sound version only by another sound one."""

import os
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from ui.records import Freshness
from ui.version import BadVersion, Unavailable, Version

LOWEST_PRIORITY = 19

Signature = tuple[str, int, int, int]


class NothingServed(Unavailable):
    """No readable version has been published yet."""


@dataclass(frozen=True)
class _Serving:
    """What is served, and the state of the folder that led to it."""

    # The freshness stays the same object as long as nothing changes.
    open: tuple[Version, Freshness] | None
    seen: Signature | None
    stale: str | None = None


class Following:
    """Keeps the newest sound version open; thread-safe."""

    def __init__(self, served: Path) -> None:
        self._served = served.absolute()
        self._current = self._served / "current.sqlite"
        self._switching = threading.Lock()
        self._serving = _Serving(None, None)
        self._notice()

    def now(self) -> tuple[Version, Freshness]:
        """The version to read, and how fresh it is; raises `NothingServed`."""
        if _signature(self._current) != self._serving.seen:
            self._notice()
        serving = self._serving
        if serving.open is None:
            nothing = f"nothing has been published in {self._served} yet: import or sync a history first"
            raise NothingServed(serving.stale or nothing)
        return serving.open

    def _notice(self) -> None:
        """Switch to the folder's present version: at once if nothing is served, else in a background thread."""
        if self._serving.open is None:
            with self._switching:
                self._switch()
        elif self._switching.acquire(blocking=False):
            threading.Thread(target=self._switch_and_release, name="served-store-switch", daemon=True).start()

    def _switch_and_release(self) -> None:
        if sys.platform == "linux":
            # Lowers this thread's priority only, and it ends with the switch: checking a large file takes a second.
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOWEST_PRIORITY)
        try:
            self._switch()
        finally:
            self._switching.release()

    def _switch(self) -> None:
        signature = _signature(self._current)
        if signature != self._serving.seen:
            self._serving = self._next(signature)

    def _next(self, signature: Signature | None) -> _Serving:
        if signature is None:
            return self._kept(BadVersion(self._current, "it is gone"), signature)
        try:
            return _serving(Version(self._current.resolve()), signature)
        except BadVersion as bad:
            return self._kept(bad, signature)

    def _kept(self, bad: BadVersion, signature: Signature | None) -> _Serving:
        """Keep serving the same version; at start-up, or if that file itself went bad, the newest sound one."""
        served = self._serving.open
        if served is not None and served[0].path != bad.path:
            return _serving(served[0], signature, str(bad))
        for path in sorted(self._served.glob("segue-*.sqlite"), key=_written, reverse=True):
            try:
                return _serving(Version(path), signature, str(bad))
            except BadVersion:
                continue
        return _Serving(None, signature, str(bad))


def _serving(version: Version, signature: Signature | None, stale: str | None = None) -> _Serving:
    return _Serving((version, Freshness(version.name, version.published_at, stale)), signature, stale)


def _signature(current: Path) -> Signature | None:
    """A signature that differs between versions; None if there is no file."""
    # Called with every request: pathlib would take three times as long.
    try:
        target = os.readlink(current)  # noqa: PTH115
    except FileNotFoundError:
        return None
    except OSError:
        target = ""
    try:
        found = os.stat(current)
    except FileNotFoundError:
        return (target, 0, 0, 0) if target else None
    return (target, found.st_ino, found.st_mtime_ns, found.st_size)


def _written(path: Path) -> tuple[int, str]:
    return (path.stat().st_mtime_ns, path.name)
