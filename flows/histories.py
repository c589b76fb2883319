"""Lands history files in bronze; all files are understood before any is landed."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flows.sources import csv_file, json_file, json_table
from flows.sources.archive import is_archive, members
from flows.sources.file_history import FileHistory, land_history
from flows.sources.json_file import JsonHistory, together
from flows.sources.mapping import Mapped
from flows.sources.text_file import NoPlays, Readable, read_start

LONGEST_NAME = 100
HISTORIES = (".csv", ".json", ".jsonl", ".ndjson", ".tsv", ".txt", ".zip")
"""What is looked into in a folder or an archive, also packed with gzip; a file that is named is read whatever it is."""


class BadListener(Exception):
    """A name that no listener can have."""


class BadTimezone(Exception):
    """A time zone that does not exist."""


def listener_name(given: str) -> str:
    """The listener's name as stored in the lake: trimmed and lower-cased. Raises `BadListener`."""
    name = given.strip().lower()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadListener(f"{given!r} cannot be a listener's name: use 1 to {LONGEST_NAME} printable characters")
    return name


def time_zone(given: str) -> str:
    """The zone's IANA name. Raises `BadTimezone`."""
    try:
        return ZoneInfo(given).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadTimezone(f"unknown time zone {given!r}: use a name such as Europe/Berlin") from None


def land_files(
    files: Sequence[Path],
    *,
    listener: str,
    timezone: str,
    bronze: Path,
    understood: Callable[[int], object],
    say: Callable[[str], None],
    progress: Callable[[int], None],
    mapped: Mapped | None = None,
) -> list[Path]:
    """Land the records of files, folders and archives; returns the pages.

    `understood` is called once, with the approximate number of records, when all files are known to be histories.
    `progress` gets the number landed so far. Raises `NotAHistory` before anything of any file is landed.
    """
    zone = time_zone(timezone)
    histories = [history for path in files for history in found(path, say, mapped)]
    understood(sum(history.expected for history in histories))
    landed: list[Path] = []
    before = 0
    for history in histories:
        say(f"{history.name}: {history}")
        landed += land_history(
            history,
            listener=listener,
            timezone=zone,
            bronze=bronze,
            fetched_at=datetime.now(UTC),
            progress=partial(_told, progress, before),
        )
        before += history.expected
    return landed


def _told(progress: Callable[[int], None], before: int, rows: int) -> None:
    progress(before + rows)


def found(path: Path, say: Callable[[str], None], mapped: Mapped | None = None) -> list[FileHistory]:
    """The histories in a file, in a folder or in an archive. Raises `NotAHistory` if there is none."""
    if path.is_dir():
        files = [file for file in sorted(path.rglob("*")) if file.is_file() and _may_be_one(file.relative_to(path))]
        return _among(path, [part for file in files for part in _parts(file)], say, mapped)
    if path.is_file() and is_archive(path):
        return _among(path, _parts(path), say, mapped)
    return [understand(path, mapped)]


def _parts(path: Path) -> Sequence[Readable]:
    """The file itself, or, if it is an archive, the files in it that may be histories."""
    return [file for file in members(path) if _may_be_one(Path(file.name))] if is_archive(path) else [path]


def understand(path: Readable, mapped: Mapped | None = None) -> FileHistory:
    """Recognise a file's format by its content. Raises `NotAHistory`."""
    start = read_start(path)
    if not start.is_json:
        return csv_file.inspect_start(path, start, mapped)
    known = None if mapped else json_file.inspect_start(path, start)
    return known or json_table.inspect_start(path, start, mapped)


def _among(
    path: Path, files: Iterable[Readable], say: Callable[[str], None], mapped: Mapped | None
) -> list[FileHistory]:
    """The histories among files, one service's export as one; files that are no history are reported and skipped."""
    exports: list[JsonHistory] = []
    others: list[FileHistory] = []
    for file in files:
        try:
            history = understand(file, mapped)
        except NoPlays as no:
            say(f"skipped {file.name}: {no.why}")
            continue
        if isinstance(history, JsonHistory):
            exports.append(history)
        else:
            others.append(history)
    if not exports and not others:
        raise NoPlays(
            path, "contains no listening history", "choose your service's export, or save a spreadsheet as CSV"
        )
    return [*together(exports), *others]


def _may_be_one(path: Path) -> bool:
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return not hidden and path.name.lower().removesuffix(".gz").endswith(HISTORIES)
