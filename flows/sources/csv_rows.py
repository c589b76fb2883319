"""The rows of CSV text, unchanged; a quote that is never closed is an error instead of swallowing rows."""

import csv
from collections.abc import Iterator
from typing import TextIO

from flows.sources.text_file import NotAHistory, Readable

LONGEST_LINE = 1 << 20
MOST_LINES_PER_ROW = 100
"""A title may hold a line break or two; a row of a hundred lines is a quote that nobody closed."""


def csv_rows(path: Readable, text: TextIO, delimiter: str) -> Iterator[list[str]]:
    """All rows that are not blank. Raises `NotAHistory` with the line at which a row without an end began."""
    lines = _Lines(text)
    reader = csv.reader(iter(lines), delimiter=delimiter)
    began = 1
    try:
        for row in reader:
            if lines.exhausted or reader.line_num - began >= MOST_LINES_PER_ROW:
                raise _unclosed(path, began)
            began = reader.line_num + 1
            if len(row) > 1 or (row and not row[0].isspace()):
                yield row
    except csv.Error:
        raise _unclosed(path, began) from None


class _Lines:
    """A text's lines, each cut at a field's limit. csv's reader asks for more after the last only inside quotes."""

    def __init__(self, text: TextIO) -> None:
        self.text = text
        self.exhausted = False

    def __iter__(self) -> Iterator[str]:
        while line := self.text.readline(LONGEST_LINE):
            yield line
        self.exhausted = True


def _unclosed(path: Readable, line: int) -> NotAHistory:
    why = f"has a row at line {line} that does not end: a quote opened there is never closed, or it is not CSV"
    return NotAHistory(path, why, 'fix that line (a quote inside a field is written "")')
