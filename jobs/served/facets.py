"""A listener's candidates as columns of numbers, so that lists can be filtered without reading the rows.

`facets` has, for n candidates in published order, these little-endian columns one after another: the artist's number
among the listener's candidates (u2), the strategies as bits in the order of `meta.strategies` (u2), the listener's
plays of the artist, at most 65,535 (u2), how widely known the track is among these candidates, from 0, the rarest, to
255 (u1), and whether the listener has played it (u1). `track_keys` has a key for each track, `artist_keys` one for each
artist number: the first 8 bytes of BLAKE2b of the id (u8).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

STEPS = 255
MOST_PLAYS = 65_535


@dataclass(frozen=True)
class Candidate:
    """The properties of a candidate by which lists are filtered; `listeners` is None if unknown."""

    track_id: str
    artist_id: str
    strategies: tuple[str, ...]
    artist_plays: int
    listeners: int | None
    heard: bool


def packed(candidates: Sequence[Candidate], strategies: Sequence[str]) -> tuple[int, bytes, bytes, bytes]:
    """The columns of `lists`: size, facets, track_keys and artist_keys of these candidates, in their order."""
    numbers: dict[str, int] = {}
    artists = [numbers.setdefault(each.artist_id, len(numbers)) for each in candidates]
    bits = {strategy: 1 << place for place, strategy in enumerate(strategies)}
    columns: Mapping[str, Iterable[int]] = {
        "<u2 artist": artists,
        "<u2 strategies": (sum(bits[one] for one in each.strategies) for each in candidates),
        "<u2 artist_plays": (min(each.artist_plays, MOST_PLAYS) for each in candidates),
        "|u1 popularity": _steps([each.listeners or 0 for each in candidates]),
        "|u1 heard": (each.heard for each in candidates),
    }
    facets = b"".join(np.fromiter(values, dtype=name.split()[0]).tobytes() for name, values in columns.items())
    return len(candidates), facets, _keys(each.track_id for each in candidates), _keys(numbers)


def _steps(listeners: Sequence[int]) -> Iterable[int]:
    """The share of the others that are less known, in 255ths; equal ones share the mean of their positions."""
    known = np.sort(np.asarray(listeners, dtype=np.int64))
    below = np.searchsorted(known, listeners, side="left") + np.searchsorted(known, listeners, side="right") - 1
    steps: list[int] = np.rint(below / max(1, 2 * (len(known) - 1)) * STEPS).astype(int).tolist()
    return steps


def _keys(ids: Iterable[str]) -> bytes:
    return b"".join(blake2b(one.encode("utf-8", "surrogatepass"), digest_size=8).digest() for one in ids)
