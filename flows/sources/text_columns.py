"""Finds which of two or three columns of names are artist, track and album, by statistics of the names.

Measured on five real histories of 8,000 to 61,000 plays, in windows of n plays with their columns shuffled:

| plays | right of three columns, shuffled (in a usual order) | right of two, shuffled (in the usual order) |
|---|---|---|
| 10 | 56 % (99 %) | 70 % (100 %) |
| 20 | 74 % (98 %) | 85 % (100 %) |
| 50 | 95 % (98 %) | 98 % (100 %) |
| 200 | 99.7 % (100 %) | 99.7 % |
| 1,000 | 100 % | 100 % |
"""

from collections.abc import Mapping, Sequence
from itertools import permutations
from math import log

Texts = Mapping[int, Sequence[str]]
Roles = Mapping[str, int]

EMPTY_WEIGHT = 5.0
"""Players leave out the album alone; so strong that one empty cell in ten outweighs every other sign but order."""

SAME_NAME_WEIGHT = 2.0
"""A single or a title track bears its album's name; no artist's name is the title of many of their tracks."""

ORDER_WEIGHT = 2.0
ORDER_DECIDES = 10
"""Up to so many plays the other signs are chance (right for half to nine tenths), and the usual order decides."""

USUAL_ORDERS = {("artist", "album", "track"): 1.0, ("artist", "track", "album"): 0.8, ("artist", "track"): 1.0}
"""lastfm-to-csv writes the first; most others that have no header the second."""


def roles_of_texts(texts: Texts) -> Roles:
    """The position of each role, for two columns (artist, track) or three (with album), given their cells."""
    roles = ("artist", "track", "album")[: len(texts)]
    candidates = [dict(zip(roles, order, strict=True)) for order in permutations(texts)]
    return max(candidates, key=_Likelihood(texts))


class _Likelihood:
    """How well an assignment of roles fits: tracks vary most, artists least, and artists' names are shortest."""

    def __init__(self, texts: Texts) -> None:
        rows = list(zip(*texts.values(), strict=True))
        full = [row for row in rows if all(row)] or rows
        columns = dict(zip(texts, zip(*full, strict=True), strict=True))
        self.plays = len(rows)
        self.distinct = {at: log(len(set(cells))) for at, cells in columns.items()}
        self.length = {at: 1 + _mean_length(set(cells)) for at, cells in columns.items()}
        self.empty = {at: sum(not cell for cell in cells) / len(rows) for at, cells in texts.items()}
        self.same = {(i, j): _same_share(columns[i], columns[j]) for i, j in permutations(columns, 2)}

    def __call__(self, roles: Roles) -> float:
        artist, track = roles["artist"], roles["track"]
        others = [at for role, at in roles.items() if role != "artist"]
        varied = self.distinct[track] - self.distinct[artist]
        short = log(sum(self.length[at] for at in others) / len(others)) - log(self.length[artist])
        return varied + len(others) * short + self._as_album(roles) + self._as_ordered(roles)

    def _as_album(self, roles: Roles) -> float:
        empty = -sum(self.empty.values())
        if "album" not in roles:
            return EMPTY_WEIGHT * empty
        album, track = roles["album"], roles["track"]
        same = self.same[album, track] - self.same[roles["artist"], track]
        return EMPTY_WEIGHT * (empty + 3 * self.empty[album]) + SAME_NAME_WEIGHT * same

    def _as_ordered(self, roles: Roles) -> float:
        order = tuple(sorted(roles, key=lambda role: roles[role]))
        return ORDER_WEIGHT * ORDER_DECIDES / self.plays * USUAL_ORDERS.get(order, 0.0)


def _mean_length(names: set[str]) -> float:
    return sum(map(len, names)) / len(names)


def _same_share(names: Sequence[str], others: Sequence[str]) -> float:
    same = sum(name.casefold() == other.casefold() for name, other in zip(names, others, strict=True))
    return same / len(names)
