"""A listening history in a CSV file: its columns' meaning, and its records unchanged."""

import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from flows.sources.columns import REQUIRED, SYNONYMS, ColumnsNotFound, find_columns, plain
from flows.sources.csv_rows import csv_rows
from flows.sources.file_history import RECORDS_PER_PAGE
from flows.sources.mapping import Mapped, mapped_columns
from flows.sources.text_file import (
    NoPlays,
    NotAHistory,
    Readable,
    Start,
    is_undecoded,
    opened,
    read_start,
    readable,
    refuse_other_encodings,
)

Record = dict[str, str]

SAMPLE_ROWS = 10_000
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
FEWEST_COLUMNS = len(REQUIRED)
FEWEST_ROWS = 2

REFUSED = ""
"""The key under which a record carries what makes it unfit: no column is ever named so."""
NOT_UTF_8 = "bytes that are not UTF-8"


@dataclass(frozen=True)
class History:
    """A CSV file with plays: its format, and for each field its columns in order of preference."""

    path: Readable
    encoding: str
    delimiter: str
    has_header: bool
    columns: tuple[str, ...]
    mapping: Mapping[str, tuple[str, ...]]
    digest: str
    expected: int
    source: str = "csv"
    method: str = "records"
    local_times: bool = True

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def request(self) -> dict[str, str]:
        """The mapping as text: `time`, `time_2`, … are the columns of one field in order of preference."""
        return as_request(self.mapping)

    def bodies(self) -> Iterator[tuple[str, int]]:
        """Pages as JSON arrays of up to 10,000 records, with the number in each. Raises `NotAHistory`."""
        return bodies_of(records(self))

    def __str__(self) -> str:
        encoding = "UTF-16 " if self.encoding == "utf-16" else ""
        names = (name.strip() if self.has_header else f"{field} {name}" for field, name in self.request.items())
        header = "header" if self.has_header else "no header, columns by content"
        return f"{encoding}CSV, {DELIMITERS[self.delimiter]}, {header}: {', '.join(names)}"


def as_request(mapping: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Which columns hold each field, as text."""
    named = ((field, place, name) for field, names in mapping.items() for place, name in enumerate(names, 1))
    return {field if place == 1 else f"{field}_{place}": name for field, place, name in named}


def bodies_of(remaining: Iterator[Record]) -> Iterator[tuple[str, int]]:
    """The records as JSON arrays, with the number in each."""
    while page := list(islice(remaining, RECORDS_PER_PAGE)):
        yield json.dumps(page, ensure_ascii=False, separators=(",", ":")), len(page)


def inspect(path: Readable, mapped: Mapped | None = None) -> History:
    """Find a file's format and columns; reads it to its end once. Raises `NotAHistory`."""
    return inspect_start(path, read_start(path), mapped)


def inspect_start(path: Readable, start: Start, mapped: Mapped | None = None) -> History:
    """Find a file's format and columns from its start, or take the columns from `mapped`. Raises `NotAHistory`."""
    refuse_other_encodings(path, start.text)
    failures: list[NotAHistory] = []
    for sample in sorted((_sample(path, start, delimiter) for delimiter in DELIMITERS), key=_inconsistency):
        try:
            return _understood(path, start, sample, mapped)
        except ColumnsNotFound as error:
            failures.append(sample.failure or NoPlays(path, error.why, error.what_to_do))
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
    if is_undecoded("".join(row)):
        return {name: readable(text) for name, text in record.items()} | {REFUSED: NOT_UTF_8}
    return record


@dataclass(frozen=True)
class _Sample:
    """The first rows as parsed with one delimiter, and the error at the next row, if any."""

    delimiter: str
    rows: list[list[str]]
    failure: NotAHistory | None


def _sample(path: Readable, start: Start, delimiter: str) -> _Sample:
    rows: list[list[str]] = []
    try:
        rows.extend(islice(csv_rows(path, io.StringIO(start.text, newline=""), delimiter), SAMPLE_ROWS))
    except NotAHistory as failure:
        # The sample may end inside a row: only reading the whole file shows whether it is damaged.
        return _Sample(delimiter, rows, failure if start.is_whole or len(rows) < FEWEST_ROWS else None)
    return _Sample(delimiter, rows if start.is_whole else rows[:-1], None)


def _inconsistency(sample: _Sample) -> tuple[float, int]:
    """Sort key: the likeliest delimiter gives enough columns and the most rows of the same width."""
    width = _usual_width(sample.rows)
    alike = sum(len(row) == width for row in sample.rows) if width >= FEWEST_COLUMNS else 0
    return (-alike / max(1, len(sample.rows)), -width)


def _understood(path: Readable, start: Start, sample: _Sample, mapped: Mapped | None) -> History:
    width = _usual_width(sample.rows)
    has_header, positions = mapped_columns(sample.rows, mapped) if mapped else find_columns(sample.rows, width)
    if sample.failure:
        raise sample.failure
    if has_header and len(sample.rows) < FEWEST_ROWS:
        raise NoPlays(path, "has a header but no plays", "export the history again")
    columns = _column_names(sample.rows[0] if has_header else [""] * width)
    mapping = {field: tuple(columns[at] for at in positions[field]) for field in SYNONYMS if field in positions}
    expected = _rows_by_length(start, sample.rows)
    return History(path, start.encoding, sample.delimiter, has_header, columns, mapping, start.digest, expected)


def _rows_by_length(start: Start, rows: Sequence[Sequence[str]]) -> int:
    """The approximate number of rows in the file, estimated from the length of these."""
    each = sum(len(cell.encode(errors="surrogateescape")) + 1 for row in rows for cell in row) / len(rows)
    return round(start.length / each)


def _usual_width(rows: Iterable[Sequence[str]]) -> int:
    return max(Counter(map(len, rows)).most_common(1), default=(0, 0))[0]


def _column_names(header: Sequence[str]) -> tuple[str, ...]:
    """The column names; a column without a name, or with one used before, is named by its position."""
    names: list[str] = []
    for position, cell in enumerate(header, 1):
        name = readable(cell)
        name = name if plain(name) and name not in names else str(position)
        while name in names:
            name += "_"
        names.append(name)
    return tuple(names)
