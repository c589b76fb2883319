"""Selects and orders a listener's candidates for the list that was asked for. Pure."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ui.told import Told

TRACKS_PER_ARTIST = 3

# From this many plays on, an artist is no longer a discovery.
KNOWN_FROM_PLAYS = 3
# Width of the bands of equally good popularity, in 255ths of the listener's candidates: within such a twentieth the
# published order holds; otherwise the best known track of a thousand would always come first.
POPULARITY_BAND = 13
MOST_POPULAR = 255
# A place (from 1) is worth 60 / (59 + place), as in the score of every strategy: half at place 61.
RANK_DAMPING = 60.0
Mode = Literal["discover", "balanced", "familiar"]
Places = NDArray[np.intp]


@dataclass(frozen=True)
class Wanted:
    """A request for a list; the defaults give the list as published.

    `mode`: `discover` keeps artists that the listener played less than 3 times, `familiar` the others, `balanced`
    both. `adventurousness`: 0 puts the best known first and 1 the rarest, by how many listeners a track has among the
    listener's candidates; None leaves the published order. `exclude_seen` leaves out what they have played and what
    they were shown. `seed` shuffles reproducibly; tracks in higher places tend to come earlier. `strategies` keeps
    tracks that any of them proposes. At most `per_artist` tracks of one artist are kept, in any order.
    """

    limit: int = 50
    offset: int = 0
    strategies: tuple[str, ...] = ()
    mode: Mode = "balanced"
    adventurousness: float | None = None
    per_artist: int = TRACKS_PER_ARTIST
    exclude_seen: bool = False
    seed: int | None = None


@dataclass(frozen=True)
class Facets:
    """A listener's candidates in their published order, as columns; `known_strategies` are the strategies by bit."""

    artist: NDArray[np.uint16]
    strategies: NDArray[np.uint16]
    artist_plays: NDArray[np.uint16]
    popularity: NDArray[np.uint8]
    heard: NDArray[np.uint8]
    known_strategies: tuple[str, ...]

    @classmethod
    def read(cls, size: int, columns: bytes, known_strategies: tuple[str, ...]) -> "Facets":
        """The columns as jobs/served/facets.py packs them."""
        wide = np.frombuffer(columns, dtype="<u2", count=3 * size)
        narrow = np.frombuffer(columns, dtype="|u1", offset=6 * size)
        artist, strategies, artist_plays = wide.reshape(3, size)
        popularity, heard = narrow.reshape(2, size)
        return cls(artist, strategies, artist_plays, popularity, heard, known_strategies)

    def bits(self, strategies: tuple[str, ...]) -> int:
        """The bit mask of these strategies; those that published nothing have no bit."""
        return sum(1 << place for place, name in enumerate(self.known_strategies) if name in strategies)


@dataclass(frozen=True)
class Chosen:
    """Places of candidates, from 0, in the order to show them; `total` is their number without limit and offset."""

    places: list[int]
    total: int


def chosen(facets: Facets, wanted: Wanted, told: Told | None = None) -> Chosen:
    """The list that is wanted, adjusted by the listener's feedback and by what they were shown."""
    places = np.flatnonzero(_kept(facets, wanted, told))
    if wanted.adventurousness is not None:
        places = places[_by_popularity(facets.popularity[places], wanted.adventurousness)]
    if told is not None or wanted.seed is not None:
        places = places[_by_worth(places, len(facets.artist), wanted.seed, told)]
    places = places[_within_cap(facets.artist[places], wanted.per_artist)]
    return Chosen(places[wanted.offset : wanted.offset + wanted.limit].tolist(), len(places))


def counts(facets: Facets, per_artist: int = TRACKS_PER_ARTIST) -> dict[str, int]:
    """How many tracks each strategy's list has, after the cap per artist; empty lists are left out."""
    found = {}
    for bit, strategy in enumerate(facets.known_strategies):
        by_artist = np.bincount(facets.artist[(facets.strategies >> bit & 1).astype(bool)])
        found[strategy] = int(np.minimum(by_artist, per_artist).sum())
    return {strategy: count for strategy, count in found.items() if count}


def _kept(facets: Facets, wanted: Wanted, told: Told | None) -> NDArray[np.bool_]:
    kept = np.ones(len(facets.artist), dtype=np.bool_)
    if wanted.strategies:
        kept &= (facets.strategies & facets.bits(wanted.strategies)) != 0
    if wanted.mode != "balanced":
        known = facets.artist_plays >= KNOWN_FROM_PLAYS
        kept &= known if wanted.mode == "familiar" else ~known
    if wanted.exclude_seen:
        kept &= facets.heard == 0
    if told is not None:
        kept &= ~told.hidden
        if wanted.exclude_seen:
            kept &= ~told.shown
    return kept


def _by_popularity(popularity: NDArray[np.uint8], adventurousness: float) -> Places:
    """The order by distance from the wanted popularity, in bands within which the order stays."""
    aim = round((1 - adventurousness) * MOST_POPULAR)
    return np.argsort(np.abs(popularity.astype(np.int16) - aim) // POPULARITY_BAND, kind="stable")


def _by_worth(places: Places, candidates: int, seed: int | None, told: Told | None) -> Places:
    """The order by each place's worth, or a weighted shuffle by it (Efraimidis and Spirakis 2006: u ** (1 / worth)).

    Random numbers belong to candidates and not to places, so that hiding a track reshuffles nothing else.
    """
    worth = RANK_DAMPING / (RANK_DAMPING + np.arange(len(places)))
    if told is not None:
        worth = worth * told.worth[places]
    if seed is not None:
        drawn = np.random.default_rng(seed).random(candidates)[places]
        # As logarithms, which do not overflow for a small worth or 0.
        worth = np.log(drawn) / np.maximum(worth, np.finfo(np.float64).tiny)
    return np.argsort(-worth, kind="stable")


def _within_cap(artists: NDArray[np.uint16], per_artist: int) -> NDArray[np.bool_]:
    """Whether each track is among the first `per_artist` of its artist."""
    together = np.argsort(artists, kind="stable")
    in_order = artists[together]
    numbers = np.arange(len(artists))
    first_of_artist = np.ones(len(artists), dtype=np.bool_)
    np.not_equal(in_order[1:], in_order[:-1], out=first_of_artist[1:])
    within = np.empty(len(artists), dtype=np.bool_)
    within[together] = numbers - np.maximum.accumulate(np.where(first_of_artist, numbers, 0)) < per_artist
    return within
