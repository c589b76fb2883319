"""A listener's feedback and shown tracks, in the form in which they change lists."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from hashlib import blake2b
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Overlay:
    """One listener's feedback and shown tracks at one moment; expired entries are already left out.

    The same object must be given as long as nothing changed: cached answers are keyed by its identity.
    """

    hidden_tracks: frozenset[str] = frozenset()
    hidden_artists: frozenset[str] = frozenset()
    # Factors for the worth of a place in the list: 0 sends a track to the end, 1 leaves it.
    cooled_tracks: Mapping[str, float] = field(default_factory=dict)
    cooled_artists: Mapping[str, float] = field(default_factory=dict)
    liked_tracks: frozenset[str] = frozenset()
    liked_artists: frozenset[str] = frozenset()
    # Left out of a list with `exclude_seen`.
    shown_tracks: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self))

    @cached_property
    def keys(self) -> Mapping[str, NDArray[np.uint64]]:
        """The keys of each field's ids in the served file, in their order: 8 bytes of BLAKE2b."""
        return {each.name: _keys(getattr(self, each.name)) for each in fields(self)}


NOTHING_TOLD = Overlay()


def _keys(ids: Iterable[str]) -> NDArray[np.uint64]:
    digests = (blake2b(each.encode("utf-8", "surrogatepass"), digest_size=8).digest() for each in ids)
    return np.frombuffer(b"".join(digests), "<u8")


class Memory(Protocol):
    """What the app stores about listeners beside what was published; called for every list."""

    def overlay(self, username: str) -> Overlay:
        """The listener's overlay now, by their lower-case name; `NOTHING_TOLD` if there is nothing in it."""
        ...

    def remember(self, username: str, track_ids: Sequence[str]) -> None:
        """Record that these tracks were shown to the listener; must not wait for a disk."""
        ...
