"""JSON records in no known service's format, read as a table whose columns are the paths to their values."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flows.sources.columns import REQUIRED, SYNONYMS, ColumnsNotFound, by_name
from flows.sources.csv_file import NOT_UTF_8, REFUSED, Record, as_request, bodies_of
from flows.sources.json_file import record_texts, sampled
from flows.sources.json_formats import Json
from flows.sources.mapping import Mapped, no_such_column
from flows.sources.text_file import NoPlays, Readable, Start, is_undecoded, opened, readable

NOT_JSON = "not JSON"
DEEPEST = 4


@dataclass(frozen=True)
class JsonTable:
    """A file of JSON objects with plays: for each field, its columns in order of preference."""

    path: Readable
    encoding: str
    by_line: bool
    mapping: Mapping[str, tuple[str, ...]]
    digest: str
    expected: int
    source: str = "json"
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
        """Pages as JSON arrays of up to 10,000 flat records, with the number in each. Raises `NotAHistory`."""
        return bodies_of(self._records())

    def _records(self) -> Iterator[Record]:
        with opened(self.path, self.encoding) as text:
            yield from map(_record, record_texts(self.path, text, by_line=self.by_line))

    def __str__(self) -> str:
        return f"JSON{' lines' if self.by_line else ''}: {', '.join(self.request.values())}"


def inspect_start(path: Readable, start: Start, mapped: Mapped | None) -> JsonTable:
    """Find a file's columns from its start, or take them from `mapped`. Raises `NotAHistory`."""
    records, by_line, seen = sampled(path, start)
    flat = [_flat(record) for record in records]
    columns = list(dict.fromkeys(name for record in flat for name in record))
    rows = [columns, *([record.get(name, "") for name in columns] for record in flat)]
    try:
        mapping = _mapped(mapped, columns) if mapped else _found(rows)
    except ColumnsNotFound as error:
        raise NoPlays(path, error.why, error.what_to_do) from None
    expected = round(start.length * max(1, len(records)) / max(1, seen))
    return JsonTable(path, start.encoding, by_line, mapping, start.digest, expected)


def _found(rows: Sequence[Sequence[str]]) -> dict[str, tuple[str, ...]]:
    columns, positions = rows[0], by_name(rows[0], rows[1:])
    if missing := [field for field in REQUIRED if field not in positions]:
        why = f"is JSON in an unknown format, without a column for the {' or the '.join(missing)}"
        there = ", ".join(name[:40] for name in columns[:12])
        raise ColumnsNotFound(f"{why} (its columns: {there})", "name them with --map artist=…,track=…,time=…")
    return {field: tuple(columns[at] for at in positions[field]) for field in SYNONYMS if field in positions}


def _mapped(mapped: Mapped, columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    if missing := [column for column in mapped.values() if column not in columns]:
        raise no_such_column(missing[0], columns)
    return {field: (column,) for field, column in mapped.items()}


def _record(text: str) -> Record:
    """The record's values as text by their path; a record that is no object is kept as text and marked."""
    try:
        content = json.loads(readable(text))
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        return {"text": readable(text), REFUSED: NOT_JSON}
    return _flat(content) | ({REFUSED: NOT_UTF_8} if is_undecoded(text) else {})


def _flat(record: Json) -> Record:
    """The record's values as text by dotted path; lists of names are joined, deeper nesting stays JSON."""
    return {readable(name): readable(value) for name, value in _values(record, "", DEEPEST)}


def _values(content: Json, above: str, depth: int) -> Iterator[tuple[str, str]]:
    for name, value in content.items():
        path = f"{above}{name}"
        if isinstance(value, dict) and depth:
            yield from _values(value, f"{path}.", depth - 1)
        elif value is not None and path:
            yield path, _as_text(value)


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False)
