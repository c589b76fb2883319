"""Finds things by name in spite of differences in case, accents, quotes or dashes."""

import unicodedata
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from jobs.spelling import PLAIN_CHARACTERS

Thing = TypeVar("Thing")

ACCENTS = dict.fromkeys(range(0x300, 0x370))


def folded(name: str) -> str:
    """A name without case, accents, zero-width characters and typographers' quotes, dashes and blanks."""
    plain = unicodedata.normalize("NFKD", name.translate(PLAIN_CHARACTERS)).translate(ACCENTS)
    return " ".join(plain.casefold().split())


class Names(Generic[Thing]):
    """Things found by name; if two have the same name, the first one given."""

    def __init__(self, things: Iterable[Thing], name: Callable[[Thing], str]) -> None:
        self._exact: dict[str, Thing] = {}
        self._close: dict[str, Thing] = {}
        for thing in things:
            self._exact.setdefault(name(thing), thing)
        # Names that differ only in case are closer to each other than those that differ in accents.
        for loosely in (str.casefold, folded):
            for spelling, thing in self._exact.items():
                self._close.setdefault(loosely(spelling), thing)

    def find(self, name: str, *, corrected: bool) -> Thing | None:
        """The thing with exactly this name or, if `corrected`, with one that differs only in spelling."""
        if name in self._exact or not corrected:
            return self._exact.get(name)
        return self._close.get(name.casefold()) or self._close.get(folded(name))
