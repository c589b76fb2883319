"""A simulated listener's rotation: favourites that come, fade and are forgotten."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from random import Random

from flows.demo.catalogue import Artist, Catalogue, Song
from flows.demo.listeners import Listener

FADING = (1.0, 0.3, 0.08)
"""How often the favourites of this phase, the last and the one before are played, against each other."""

LOYALTY = 0.5
DISCOVERED_SHARE = 0.4
"""Of the favourites of a phase, those met as a neighbour of an artist of the listener's kind."""

OWNED_SHARE = 0.5
"""The chance that a listener has an album of an artist they play. Who would have none has the best known one."""


@dataclass(frozen=True)
class Favourite:
    """An artist in rotation, with the few of their songs that the listener plays again and again."""

    artist: Artist
    songs: tuple[Song, ...]
    weight: float


@dataclass(frozen=True)
class Rotation:
    """All favourites of one phase."""

    favourites: tuple[Favourite, ...]

    @cached_property
    def _weights(self) -> list[float]:
        return list(accumulate(favourite.weight for favourite in self.favourites))

    def pick(self, rng: Random) -> Favourite:
        return rng.choices(self.favourites, cum_weights=self._weights)[0]


class Taste:
    """One listener's taste in one catalogue. Each phase is drawn independently of the others."""

    def __init__(self, catalogue: Catalogue, listener: Listener, seed: int) -> None:
        self._catalogue = catalogue
        self._listener = listener
        self._seed = seed
        self._rotations: dict[int, Rotation] = {}
        self._owned: dict[str, tuple[Song, ...]] = {}
        leanings = [_leaning(artist, listener) for artist in catalogue.artists]
        if not any(leanings):
            leanings = [_popularity(artist, listener) for artist in catalogue.artists]
        self._leanings = list(accumulate(leanings))

    def rotation(self, phase: int) -> Rotation:
        """The favourites of this phase, of the two before it (fading), and of all time."""
        if phase not in self._rotations:
            recent = (self._brought(phase - age, weight) for age, weight in enumerate(FADING))
            favourites = (*self._loved(phase), *(favourite for brought in recent for favourite in brought))
            self._rotations[phase] = Rotation(favourites)
        return self._rotations[phase]

    def owned(self, artist: Artist) -> tuple[Song, ...]:
        """The songs on the artist's albums that the listener has, in album order; the others wait to be found."""
        if artist.name not in self._owned:
            rng = self._rng("owned", artist.name)
            albums = [album for album in artist.albums if album.tracks]
            best_known = max(albums, key=lambda album: album.playcount)
            owned = [album for album in albums if rng.random() < OWNED_SHARE] or [best_known]
            self._owned[artist.name] = tuple(song for song in artist.songs if song.album in owned)
        return self._owned[artist.name]

    def neighbour(self, artist: Artist, rng: Random) -> Artist:
        """A similar artist, nearer ones more often; the same artist if there is none."""
        near = [similar for similar in artist.similar if similar.name in self._catalogue.named]
        if not near:
            return artist
        return self._catalogue.named[rng.choices(near, [similar.match for similar in near])[0].name]

    def _loved(self, phase: int) -> Iterator[Favourite]:
        always = self._rng("always")
        for place in range(self._listener.loyal_to):
            artist = self._drawn(always)
            yield self._favourite(artist, self._rng("loved", place, phase), LOYALTY / (1 + place))

    def _brought(self, phase: int, weight: float) -> Iterator[Favourite]:
        own = self._rng("phase", phase)
        shared = Random(f"{self._seed}/{self._listener.circle or self._listener.name}/shared/{phase}")
        for place in range(self._listener.favourites):
            rng = own if place % 2 else shared
            artist = self._drawn(rng)
            if rng.random() < DISCOVERED_SHARE:
                artist = self.neighbour(artist, rng)
            yield self._favourite(artist, rng, weight / (1 + place) ** 0.5)

    def _favourite(self, artist: Artist, rng: Random, weight: float) -> Favourite:
        liked = sorted(self.owned(artist), key=lambda song: rng.random() / (1 + song.track.playcount) ** 0.5)
        return Favourite(artist, tuple(liked[: self._listener.songs_each]), weight)

    def _drawn(self, rng: Random) -> Artist:
        return rng.choices(self._catalogue.artists, cum_weights=self._leanings)[0]

    def _rng(self, *about: str | int) -> Random:
        return Random("/".join(map(str, (self._seed, self._listener.name, *about))))


def _leaning(artist: Artist, listener: Listener) -> float:
    shared = sum(tag.count for tag in artist.tags if tag.name in listener.tags)
    return (shared / 100) ** 2 * _popularity(artist, listener)


def _popularity(artist: Artist, listener: Listener) -> float:
    return float((1 + artist.listeners) ** listener.mainstream)
