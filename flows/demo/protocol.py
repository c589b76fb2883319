"""What all methods of the Last.fm API have in common: parameters in, an answer or an error out."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flows.demo.world import World

Params = Mapping[str, str]
Answer = dict[str, Any]
Method = Callable[[World, Params], Answer]
Row = TypeVar("Row")

NO_SUCH_METHOD = 3
BAD_PARAMETER = 6
FAILED = 8
BAD_KEY = 10
LOGIN_REQUIRED = 17
SUSPENDED = 26
TOO_MANY_CALLS = 29
MOST_ROWS = 1000
LAST_PAGE = 1_000_000


class LastfmError(Exception):
    """An error as Last.fm reports it. The status says little: many errors come with 200."""

    def __init__(self, code: int, message: str, status: int = 200) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status

    @property
    def content(self) -> Answer:
        return {"message": self.message, "error": self.code}


class NotKnown(LastfmError):
    """There is no such artist, album or track; unlike other errors it comes with an empty list of links."""

    def __init__(self, message: str) -> None:
        super().__init__(BAD_PARAMETER, message)

    @property
    def content(self) -> Answer:
        return {"error": self.code, "message": self.message, "links": []}


@dataclass(frozen=True)
class Page:
    """The part of a list that was asked for, counted from 1."""

    number: int
    limit: int

    def of(self, rows: Sequence[Row]) -> Sequence[Row]:
        return rows[self.before : self.before + self.limit]

    @property
    def before(self) -> int:
        """The number of rows on earlier pages."""
        return (self.number - 1) * self.limit

    def paging(self, total: int) -> dict[str, str]:
        numbers = {"page": self.number, "perPage": self.limit, "totalPages": math.ceil(total / self.limit)}
        return {name: str(number) for name, number in {**numbers, "total": total}.items()}


def required(params: Params, name: str) -> str:
    if value := params.get(name, "").strip():
        return value
    raise LastfmError(BAD_PARAMETER, "Invalid parameters - Your request is missing a required parameter", 400)


def whole_number(params: Params, name: str, default: int, lowest: int, highest: int) -> int:
    text = params.get(name, "").strip() or str(default)
    if text.isascii() and text.isdigit() and len(text) <= len(str(highest)) and lowest <= int(text) <= highest:
        return int(text)
    raise LastfmError(BAD_PARAMETER, f"{name} param out of bounds ({lowest}-{highest})")


def page_asked(params: Params) -> Page:
    limit = whole_number(params, "limit", 50, 1, MOST_ROWS)
    return Page(whole_number(params, "page", 1, 1, LAST_PAGE), limit)


def one_or_many(rows: list[Answer]) -> list[Answer] | Answer:
    """A single row comes without a list: the JSON is made from XML, where a list of one is just an element."""
    return rows[0] if len(rows) == 1 else rows
