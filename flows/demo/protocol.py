"""What all methods of the Last.fm API have in common: parameters in, an answer or an error out."""

from collections.abc import Callable, Mapping
from typing import Any

from flows.demo.world import World

Params = Mapping[str, str]
Answer = dict[str, Any]
Method = Callable[[World, Params], Answer]

NO_SUCH_METHOD = 3
BAD_PARAMETER = 6
BAD_KEY = 10
LOGIN_REQUIRED = 17


class LastfmError(Exception):
    """An error as Last.fm reports it. The status says little: many errors come with 200."""

    def __init__(self, code: int, message: str, status: int = 200) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def required(params: Params, name: str) -> str:
    if value := params.get(name, "").strip():
        return value
    raise LastfmError(BAD_PARAMETER, "Invalid parameters - Your request is missing a required parameter", 400)


def whole_number(params: Params, name: str, default: int, lowest: int, highest: int) -> int:
    text = params.get(name, "").strip() or str(default)
    if text.isascii() and text.isdigit() and lowest <= int(text) <= highest:
        return int(text)
    raise LastfmError(BAD_PARAMETER, f"{name} param out of bounds ({lowest}-{highest})")


def one_or_many(rows: list[Answer]) -> list[Answer] | Answer:
    """A single row comes bare: the JSON is made from XML, where a list of one cannot be told from an element."""
    return rows[0] if len(rows) == 1 else rows
