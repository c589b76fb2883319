"""Names as people write them: what is meant by a name with other case, accents, quotes or dashes."""

import unicodedata
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

Thing = TypeVar("Thing")

ACCENTS = dict.fromkeys(range(0x300, 0x370))
PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u2018\u2019\u201a\u201b", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f", '"'),
    }
)


def folded(name: str) -> str:
    """A name without case, accents, zero-width characters and typographers' quotes, dashes and blanks."""
    plain = unicodedata.normalize("NFKD", name.translate(PLAIN)).translate(ACCENTS)
    return " ".join(plain.casefold().split())


class Names(Generic[Thing]):
    """Things found by name; where two answer to one name, the one given first."""

    def __init__(self, things: Iterable[Thing], name: Callable[[Thing], str]) -> None:
        self._exact: dict[str, Thing] = {}
        self._close: dict[str, Thing] = {}
        for thing in things:
            self._exact.setdefault(name(thing), thing)
        # Names that differ in case alone are nearer to each other than those that differ in accents.
        for loosely in (str.casefold, folded):
            for spelling, thing in self._exact.items():
                self._close.setdefault(loosely(spelling), thing)

    def find(self, name: str, *, corrected: bool) -> Thing | None:
        """The thing of exactly this name or, corrected, of one that differs in spelling alone."""
        if name in self._exact or not corrected:
            return self._exact.get(name)
        return self._close.get(name.casefold()) or self._close.get(folded(name))
