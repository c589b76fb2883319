"""What a listener has told and was shown, as it bends their lists."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from hashlib import blake2b
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Overlay:
    """One listener's feedback and shown-memory at one moment: whoever makes it has worked out what has expired.

    Whoever hands it over gives the same object as long as nothing changed: ready answers are kept by its identity.
    """

    hidden_tracks: frozenset[str] = frozenset()
    hidden_artists: frozenset[str] = frozenset()
    # What a place in the list is worth is multiplied by these: 0 sends a track to the end, 1 leaves it.
    cooled_tracks: Mapping[str, float] = field(default_factory=dict)
    cooled_artists: Mapping[str, float] = field(default_factory=dict)
    liked_tracks: frozenset[str] = frozenset()
    liked_artists: frozenset[str] = frozenset()
    # Left out where a list is asked for without what was seen.
    shown_tracks: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return any(getattr(self, each.name) for each in fields(self))

    @cached_property
    def keys(self) -> Mapping[str, NDArray[np.uint64]]:
        """What stands for each field's ids in the served file, in their order: 8 bytes of BLAKE2b."""
        return {each.name: _keys(getattr(self, each.name)) for each in fields(self)}


NOTHING_TOLD = Overlay()


def _keys(ids: Iterable[str]) -> NDArray[np.uint64]:
    digests = (blake2b(each.encode("utf-8", "surrogatepass"), digest_size=8).digest() for each in ids)
    return np.frombuffer(b"".join(digests), "<u8")


class Memory(Protocol):
    """What is kept about listeners beside what was published for them; called on the path of every list."""

    def overlay(self, username: str) -> Overlay:
        """The listener's overlay now, by their lower-case name; `NOTHING_TOLD` for one who told nothing."""
        ...

    def remember(self, username: str, track_ids: Sequence[str]) -> None:
        """Take note that these were shown to the listener; must not wait for a disk."""
        ...
