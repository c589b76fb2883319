"""History files into bronze: all of them understood before any is landed."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flows.sources.csv_file import inspect, land_history

LONGEST_NAME = 100


class BadListener(Exception):
    """A name that no listener can have."""


class BadTimezone(Exception):
    """A time zone that nobody keeps."""


def listener_name(given: str) -> str:
    """The name as the lake keeps it: trimmed and lower-cased. Raises `BadListener`."""
    name = given.strip().lower()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadListener(f"{given!r} cannot be a listener's name: use 1 to {LONGEST_NAME} printable characters")
    return name


def time_zone(given: str) -> str:
    """The zone's IANA name. Raises `BadTimezone`."""
    try:
        return ZoneInfo(given).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadTimezone(f"no time zone is called {given!r}: use a name such as Europe/Berlin") from None


def land_files(
    files: Sequence[Path],
    *,
    listener: str,
    timezone: str,
    bronze: Path,
    understood: Callable[[], object],
    say: Callable[[str], None],
    progress: Callable[[int], None],
) -> list[Path]:
    """Land each file's records; returns the pages. Raises `NotAHistory` before anything of any file is landed.

    `understood` is called once, when every file is known to be a history.
    """
    zone = time_zone(timezone)
    histories = [inspect(path) for path in files]
    understood()
    landed: list[Path] = []
    for history in histories:
        say(f"{history.path.name}: {history}")
        landed += land_history(
            history, listener=listener, timezone=zone, bronze=bronze, fetched_at=datetime.now(UTC), progress=progress
        )
    return landed
