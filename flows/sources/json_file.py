"""A service's export in JSON, in one or several files: its records unchanged, one per line of a page."""

import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TextIO

from flows.sources.file_history import RECORDS_PER_PAGE
from flows.sources.json_formats import SPOTIFY, Format, Json, format_of
from flows.sources.json_text import are_lines, elements, lines
from flows.sources.text_file import (
    NoPlays,
    NotAHistory,
    Readable,
    Start,
    is_undecoded,
    opened,
    readable,
    refuse_other_encodings,
)

SAMPLE_RECORDS = 100
CHARACTERS_PER_PAGE = 8 << 20
"""Pages are read whole: 10,000 wordy records would make a page of 20 MB."""
NOT_UTF_8 = "segue:not-utf-8"
"""The member that holds the text of a record with bytes that are not UTF-8."""


@dataclass(frozen=True)
class Part:
    """One file of an export: its encoding, and whether it holds one object per line."""

    path: Readable
    encoding: str
    by_line: bool


@dataclass(frozen=True)
class JsonHistory:
    """Files of one kind, read as one history in their order."""

    parts: tuple[Part, ...]
    kind: Format
    digest: str
    expected: int
    request: Mapping[str, str]
    local_times: bool = False

    @property
    def name(self) -> str:
        return self.parts[0].path.name

    @property
    def source(self) -> str:
        return self.kind.source

    @property
    def method(self) -> str:
        return self.kind.method

    def bodies(self) -> Iterator[tuple[str, int]]:
        """Pages of up to 10,000 records, one per line, with the number in each. Raises `NotAHistory`."""
        page: list[str] = []
        length = 0
        for record in self._records():
            page.append(record)
            length += len(record)
            if len(page) == RECORDS_PER_PAGE or length >= CHARACTERS_PER_PAGE:
                yield "\n".join(page), len(page)
                page, length = [], 0
        if page:
            yield "\n".join(page), len(page)

    def _records(self) -> Iterator[str]:
        for part in self.parts:
            with opened(part.path, part.encoding) as text:
                yield from map(_decoded, _reader(part.by_line)(part.path, text))

    def __str__(self) -> str:
        what = f"{self.kind.called}, {self.request['kind']}" if self.request else self.kind.called
        return what if len(self.parts) == 1 else f"{what}, {len(self.parts)} files"


def inspect_start(path: Readable, start: Start) -> JsonHistory | None:
    """Recognise a service's export by its start; None for records of no known kind. Raises `NotAHistory`."""
    refuse_other_encodings(path, start.text)
    records, by_line, seen = sampled(path, start)
    kind = format_of(records) if records else None
    if kind is None:
        return None
    expected = round(start.length / max(1, seen / len(records)))
    # A record does not show whether it is a video or a podcast; only the file's name does.
    request = {"kind": "video"} if kind is SPOTIFY and "video" in path.name.lower() else {}
    return JsonHistory((Part(path, start.encoding, by_line),), kind, start.digest, expected, request)


def sampled(path: Readable, start: Start) -> tuple[list[Json], bool, int]:
    """The first records that are objects, whether there is one per line, and the characters that they take."""
    by_line = are_lines(start.text)
    texts = list(islice(_whole_records(path, start, by_line), SAMPLE_RECORDS))
    parsed = list(map(_parsed, texts))
    if not texts:
        raise NoPlays(path, "is JSON without plays", "export the history again")
    return [record for record in parsed if isinstance(record, dict)], by_line, sum(map(len, texts))


def together(histories: Sequence[JsonHistory]) -> list[JsonHistory]:
    """Join histories of the same kind into one each, in the order of the first of each kind."""
    groups: dict[tuple[Format, tuple[tuple[str, str], ...]], list[JsonHistory]] = {}
    for history in histories:
        groups.setdefault((history.kind, tuple(history.request.items())), []).append(history)
    return [_joined(group) for group in groups.values()]


def record_texts(path: Readable, text: TextIO, *, by_line: bool) -> Iterator[str]:
    """Each record's text on one line."""
    return _reader(by_line)(path, text)


def _joined(histories: Sequence[JsonHistory]) -> JsonHistory:
    if len(histories) == 1:
        return histories[0]
    digest = hashlib.sha256("\n".join(history.digest for history in histories).encode()).hexdigest()
    parts = tuple(part for history in histories for part in history.parts)
    return replace(histories[0], parts=parts, digest=digest, expected=sum(history.expected for history in histories))


def _reader(by_line: bool) -> Callable[..., Iterator[str]]:
    return lines if by_line else elements


def _whole_records(path: Readable, start: Start, by_line: bool) -> Iterator[str]:
    """The records that are complete in the file's start."""
    found = 0
    try:
        for text in _reader(by_line)(path, io.StringIO(start.text)):
            yield text
            found += 1
    except NotAHistory:
        # The start may end inside a record: only reading on shows whether the file is damaged.
        if start.is_whole or not found:
            raise


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _decoded(record: str) -> str:
    if is_undecoded(record):
        return json.dumps({NOT_UTF_8: readable(record)}, ensure_ascii=False)
    return record
