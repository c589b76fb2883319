"""A listening history in a CSV file: which column means what, and its records landed as they are."""

import fcntl
import hashlib
import io
import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from flows.landing import Page, folder_of, land
from flows.sources.columns import REQUIRED, SYNONYMS, ColumnsNotFound, find_columns, plain
from flows.sources.csv_rows import csv_rows
from flows.sources.text_file import NotAHistory, Start, opened, read_start

__all__ = ["History", "NotAHistory", "Record", "inspect", "land_history", "records"]

Record = dict[str, str]

RECORDS_PER_PAGE = 10_000
SAMPLE_ROWS = 10_000
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
FEWEST_COLUMNS = len(REQUIRED)
FEWEST_ROWS = 2

REFUSED = ""
"""The key under which a record carries what makes it unfit: no column is ever named so."""
NOT_UTF_8 = "bytes that are not UTF-8"
UNDECODED = re.compile("[\udc80-\udcff]")
FEW_BAD_ROWS = 0.05
"""A damaged row costs itself. Where one row in twenty is undecodable, the file is in another encoding."""


@dataclass(frozen=True)
class History:
    """A file in which plays were found: its shape, and for each field its columns in order of preference."""

    path: Path
    encoding: str
    delimiter: str
    has_header: bool
    columns: tuple[str, ...]
    mapping: Mapping[str, tuple[str, ...]]
    digest: str

    @property
    def request(self) -> dict[str, str]:
        """The mapping as text: `time`, `time_2`, … are the columns of one field in order of preference."""
        named = ((field, place, name) for field, names in self.mapping.items() for place, name in enumerate(names, 1))
        return {field if place == 1 else f"{field}_{place}": name for field, place, name in named}

    def __str__(self) -> str:
        encoding = "UTF-16 " if self.encoding == "utf-16" else ""
        names = (name.strip() if self.has_header else f"{field} {name}" for field, name in self.request.items())
        header = "header" if self.has_header else "no header, columns by content"
        return f"{encoding}CSV, {DELIMITERS[self.delimiter]}, {header}: {', '.join(names)}"


def inspect(path: Path) -> History:
    """Find out what a file holds, reading it to its end once. Raises `NotAHistory`."""
    start = read_start(path)
    _refuse_other_encodings(path, start.text)
    failures: list[NotAHistory] = []
    for sample in sorted((_sample(path, start, delimiter) for delimiter in DELIMITERS), key=_inconsistency):
        try:
            return _understood(path, start, sample)
        except ColumnsNotFound as error:
            failures.append(sample.failure or NotAHistory(path, error.why, error.what_to_do))
    raise failures[0]


def records(history: History) -> Iterator[Record]:
    """Every record of the file as text by column name, one at a time. Raises `NotAHistory`."""
    with opened(history.path, history.encoding) as text:
        rows = csv_rows(history.path, text, history.delimiter)
        for row in islice(rows, 1 if history.has_header else 0, None):
            yield _record(row, history.columns, history.delimiter)


def _record(row: Sequence[str], columns: Sequence[str], delimiter: str) -> Record:
    record = dict(zip(columns, row, strict=False))
    if any(rest := row[len(columns) :]):
        record[REFUSED] = delimiter.join(rest)
    if _is_undecoded("".join(row)):
        return {name: _readable(text) for name, text in record.items()} | {REFUSED: NOT_UTF_8}
    return record


def land_history(
    history: History,
    *,
    listener: str,
    timezone: str,
    bronze: Path,
    fetched_at: datetime,
    progress: Callable[[int], None],
) -> list[Path]:
    """Land the whole file or nothing of it, once for one content, mapping and time zone; return its pages.

    `progress` is told after each page how many records are landed. Raises `NotAHistory`, and `OSError` where the
    pages cannot be written.
    """
    home = folder_of(bronze, "csv", "records", listener)
    folder = home / f"{history.digest[:16]}-{_short_hash({'timezone': timezone, **history.request})}"
    with _only_writer(home):
        if not folder.exists():
            _land_whole(_pages(history, listener, timezone, progress), folder, fetched_at)
    return sorted(folder.glob("records-*.json.gz"))


@dataclass(frozen=True)
class _Sample:
    """The first rows as one delimiter gives them, and what was wrong with the next."""

    delimiter: str
    rows: list[list[str]]
    failure: NotAHistory | None


def _sample(path: Path, start: Start, delimiter: str) -> _Sample:
    rows: list[list[str]] = []
    try:
        rows.extend(islice(csv_rows(path, io.StringIO(start.text, newline=""), delimiter), SAMPLE_ROWS))
    except NotAHistory as failure:
        # A sample's end may cut a row: only reading it all tells whether the file is at fault.
        return _Sample(delimiter, rows, failure if start.is_whole or len(rows) < FEWEST_ROWS else None)
    return _Sample(delimiter, rows if start.is_whole else rows[:-1], None)


def _inconsistency(sample: _Sample) -> tuple[float, int]:
    """The likeliest delimiter is the one that gives columns enough and the most rows of one width."""
    width = _usual_width(sample.rows)
    alike = sum(len(row) == width for row in sample.rows) if width >= FEWEST_COLUMNS else 0
    return (-alike / max(1, len(sample.rows)), -width)


def _understood(path: Path, start: Start, sample: _Sample) -> History:
    width = _usual_width(sample.rows)
    has_header, positions = find_columns(sample.rows, width)
    if sample.failure:
        raise sample.failure
    if has_header and len(sample.rows) < FEWEST_ROWS:
        raise NotAHistory(path, "has a header and no plays", "export the history again")
    columns = _column_names(sample.rows[0] if has_header else [""] * width)
    mapping = {field: tuple(columns[at] for at in positions[field]) for field in SYNONYMS if field in positions}
    return History(path, start.encoding, sample.delimiter, has_header, columns, mapping, start.digest)


def _usual_width(rows: Iterable[Sequence[str]]) -> int:
    return max(Counter(map(len, rows)).most_common(1), default=(0, 0))[0]


def _refuse_other_encodings(path: Path, text: str) -> None:
    lines = text.splitlines()
    undecoded = sum(bool(UNDECODED.search(line)) for line in lines)
    foreign = sum(not line.isascii() for line in lines)
    if undecoded > FEW_BAD_ROWS * len(lines) and undecoded * 2 > foreign:
        raise NotAHistory(path, "is text in another encoding than UTF-8", "save it as UTF-8")


def _column_names(header: Sequence[str]) -> tuple[str, ...]:
    """The names as they stand; a column without a name, or with one that was there before, goes by its position."""
    names: list[str] = []
    for position, cell in enumerate(header, 1):
        name = _readable(cell)
        name = name if plain(name) and name not in names else str(position)
        while name in names:
            name += "_"
        names.append(name)
    return tuple(names)


def _is_undecoded(text: str) -> bool:
    return not text.isascii() and UNDECODED.search(text) is not None


def _readable(text: str) -> str:
    """The text with U+FFFD for each byte that is not UTF-8."""
    return text.encode(errors="surrogateescape").decode(errors="replace")


def _pages(history: History, listener: str, timezone: str, progress: Callable[[int], None]) -> Iterator[Page]:
    request = {"file": _readable(history.path.name), "timezone": timezone, **history.request}
    remaining, landed = records(history), 0
    while page := list(islice(remaining, RECORDS_PER_PAGE)):
        body = json.dumps(page, ensure_ascii=False, separators=(",", ":"))
        yield Page("csv", "records", listener, request, body)
        landed += len(page)
        progress(landed)


def _land_whole(pages: Iterable[Page], folder: Path, fetched_at: datetime) -> None:
    """Write the pages elsewhere and rename once all are there; what a killed import left goes first.

    Elsewhere is a level deeper than pages lie: whoever lists landed pages meanwhile finds none of these.
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
    """Hold the folder's lock, which ends with the process however it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _short_hash(request: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode(errors="surrogateescape")).hexdigest()[:8]
