"""Reads the records of a JSON document or of JSON lines as text, one at a time, never the whole file in memory."""

import json
from collections.abc import Iterator
from typing import TextIO

from flows.sources.text_file import NoPlays, NotAHistory, Readable

CHUNK = 1 << 18
LONGEST_RECORD = 1 << 20
"""A million characters: a thousand times a wordy play."""
RECORDS_UNDER = ("scrobbles", "listens")
"""Where services put the list of plays in a document; `payload` may stand around it."""
AROUND = ("payload",)
DECODER = json.JSONDecoder()


def are_lines(start: str) -> bool:
    """Whether a text with this start is JSON lines, one object per line, and not a single document."""
    first, _, rest = start.lstrip().partition("\n")
    try:
        content = json.loads(first)
    except (ValueError, RecursionError):
        return False
    if not isinstance(content, dict):
        return False
    is_document = any(isinstance(content.get(name), list | dict) for name in (*RECORDS_UNDER, *AROUND))
    return bool(rest.strip()) or not is_document


def lines(path: Readable, text: TextIO) -> Iterator[str]:
    """All lines that are not blank. Raises `NotAHistory` for a line of more than a million characters."""
    number = 0
    while line := text.readline(LONGEST_RECORD):
        number += 1
        if len(line) == LONGEST_RECORD and not line.endswith("\n"):
            raise _too_long(path, f"line {number}")
        if stripped := line.strip():
            yield stripped.replace("\r", " ")


def elements(path: Readable, text: TextIO) -> Iterator[str]:
    """All elements of the document's list of plays, as one line of text each. Raises `NotAHistory`."""
    scanner = _Scanner(path, text)
    _enter(scanner)
    if scanner.next_character() == "]":
        return
    while True:
        yield scanner.value()
        if scanner.punctuation(",]") == "]":
            return


def _enter(scanner: "_Scanner") -> None:
    """Move to the first element of the list of plays: the document itself, or a member with a known name."""
    opened = scanner.punctuation("[{")
    while opened == "{":
        if scanner.next_character() == "}":
            raise scanner.without_plays()
        name = json.loads(scanner.value())
        scanner.punctuation(":")
        follows = scanner.next_character()
        if (name in RECORDS_UNDER and follows == "[") or (name in AROUND and follows == "{"):
            opened = scanner.punctuation("[{")
            continue
        scanner.value()
        if scanner.punctuation(",}") == "}":
            raise scanner.without_plays()


class _Scanner:
    """A scanner of JSON text that buffers little more than the next value."""

    def __init__(self, path: Readable, text: TextIO) -> None:
        self._path = path
        self._text = text
        self._held = ""
        self._at = 0
        self._read = 0

    def next_character(self) -> str:
        """The next character that is no white space, without consuming it; "" at the end."""
        while True:
            while self._at < len(self._held) and self._held[self._at] in " \t\r\n":
                self._at += 1
            if self._at < len(self._held):
                return self._held[self._at]
            if not self._more():
                return ""

    def punctuation(self, expected: str) -> str:
        """Consume and return the next character; it must be one of those expected."""
        found = self.next_character()
        if not found or found not in expected:
            raise self._damaged()
        self._at += 1
        return found

    def value(self) -> str:
        """Consume the next value and return its text, with line breaks replaced by blanks."""
        self.next_character()
        while True:
            end = self._end_of_value()
            # A number at the end of the buffer may go on beyond it.
            if 0 <= end < len(self._held):
                return self._taken(end)
            if len(self._held) - self._at > LONGEST_RECORD:
                raise _too_long(self._path, f"a record near character {self._place:,}")
            if not self._more():
                if end < 0:
                    raise self._damaged()
                return self._taken(end)

    def _taken(self, end: int) -> str:
        text, self._at = self._held[self._at : end], end
        return text.replace("\r", " ").replace("\n", " ")

    def without_plays(self) -> NoPlays:
        return NoPlays(self._path, "is JSON without a list of plays", "choose the history file")

    def _end_of_value(self) -> int:
        """The index at which the value ends; -1 if it is incomplete or no JSON."""
        try:
            _, end = DECODER.raw_decode(self._held, self._at)
        except RecursionError:
            raise NotAHistory(self._path, "is JSON nested too deeply", "choose the history file") from None
        except ValueError:
            return -1
        return end

    def _more(self) -> bool:
        """Read another chunk; False at the end of the file."""
        chunk = self._text.read(CHUNK)
        self._read += len(chunk)
        if not chunk:
            return False
        self._held, self._at = self._held[self._at :] + chunk, 0
        return True

    def _damaged(self) -> NotAHistory:
        why = f"is JSON that is damaged or cut short near character {self._place:,}"
        return NotAHistory(self._path, why, "download it again")

    @property
    def _place(self) -> int:
        return self._read - len(self._held) + self._at


def _too_long(path: Readable, where: str) -> NotAHistory:
    why = f"is damaged or has more than {LONGEST_RECORD >> 20} million characters in {where}"
    return NotAHistory(path, why, "check that it is a listening history")
