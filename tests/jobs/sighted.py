"""A second telling of the rules by which sightings are of one play, in plain Python, for small worlds."""

import re
from dataclasses import dataclass

DRIFT = 30
ADDED = r"( - | \(| \[| feat\.? | ft\.? | featuring ).*$"
FURTHER = r"( - topic| feat| ft\.? | featuring | & | and | with | x | vs|, | \+ |;| \u2022 | / ).*$"


@dataclass(frozen=True, order=True)
class Sighting:
    """What one source saw, `at` in seconds; `precision` 1 or 60."""

    at: int
    track: str
    source: str
    artist: str = "Portishead"

    @property
    def precision(self) -> int:
        return 60 if self.at % 60 == 0 else 1

    @property
    def same_track(self) -> tuple[str, str]:
        artist = re.sub(r"^the (?=.)", "", re.sub(FURTHER, "", self.artist.lower()))
        title = self.track.lower()
        return (title[0] + re.sub(ADDED, "", title[1:]) if len(title) > 1 else title, artist)


def tolerance(one: Sighting, other: Sighting) -> int:
    """How many seconds apart two sightings of one play may be."""
    exact = max(one.precision, other.precision)
    return DRIFT + (exact if exact > 1 else 0)


def plays_of(sightings: set[Sighting]) -> set[frozenset[Sighting]]:
    """The plays, each as the sightings of it."""
    moments: dict[tuple[int, str, str], set[Sighting]] = {}
    for one in sightings:
        moments.setdefault((one.at, one.track.lower(), one.artist.lower()), set()).add(one)
    plays: list[set[Sighting]] = []
    for _, moment in sorted(moments.items(), key=lambda item: (item[0][0], f"{item[0][1]}|{item[0][2]}")):
        fitting = [play for play in plays if _fits(play, moment)]
        if fitting:
            min(fitting, key=lambda play: _differs(play, moment)).update(moment)
        else:
            plays.append(set(moment))
    return set(map(frozenset, plays))


def _fits(play: set[Sighting], moment: set[Sighting]) -> bool:
    one = min(moment, key=lambda sighting: sighting.precision)
    other_sources = {x.source for x in play}.isdisjoint(x.source for x in moment)
    same = all(x.same_track == one.same_track for x in play)
    return other_sources and same and all(abs(one.at - x.at) <= tolerance(one, x) for x in play)


def _differs(play: set[Sighting], moment: set[Sighting]) -> bool:
    """Whether nobody saw the play under this very name."""
    one = next(iter(moment))
    return all((x.track.lower(), x.artist.lower()) != (one.track.lower(), one.artist.lower()) for x in play)
