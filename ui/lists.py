"""Which of a listener's candidates make the list that was asked for, and in which order. Pure."""

from dataclasses import dataclass
from typing import Literal

TRACKS_PER_ARTIST = 3

Mode = Literal["discover", "balanced", "familiar"]


@dataclass(frozen=True)
class Wanted:
    """A list as somebody asks for it; the defaults give it as it was published.

    `mode`: `discover` keeps artists that the listener hardly knows, `familiar` the others, `balanced` both.
    `adventurousness`: 0 puts the best known first and 1 the rarest, by how many listeners a track has among the
    listener's candidates; None leaves the published order. `exclude_seen` leaves out what they have played and what
    they were shown. `seed` shuffles, the same way each time: the higher a place, the likelier an early one.
    `strategies` keeps what any of them proposes.
    """

    limit: int = 50
    offset: int = 0
    strategies: tuple[str, ...] = ()
    mode: Mode = "balanced"
    adventurousness: float | None = None
    per_artist: int = TRACKS_PER_ARTIST
    exclude_seen: bool = False
    seed: int | None = None
