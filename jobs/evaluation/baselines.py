"""Baselines to compare strategies with: popularity, the listener's own plays, neighbourhood methods, chance."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_matrix

from jobs.evaluation.metrics import Doubles, Items
from jobs.evaluation.neighbours import item_knn, item_similarity, rp3beta
from jobs.evaluation.scene import Scene
from jobs.silver.community_model import FEWEST_LISTENERS

POPULARITY, FAME = "popularity", "catalogue_popularity"
OWN_TOP, KNOWN_ARTISTS = "own_top_tracks", "known_artists"
KNN, RP3, RANDOM = "item_knn", "rp3beta", "random"
SEED = 7


@dataclass(frozen=True)
class Ranking:
    """The catalogue's tracks ranked for a listener, best first, and the artists if they are ranked by themselves.

    `is_capped`: only three tracks per artist count for a target, as in the list that is shown.
    """

    tracks: Items
    artists: Items | None = None
    is_capped: bool = False


@dataclass(frozen=True)
class Baselines:
    """The baselines at one cut. They learn from `scene.household` and the community only, nothing after the cut."""

    scene: Scene

    def rankings(self, listener: int) -> Mapping[str, Ranking]:
        """Each baseline's ranking for a listener."""
        made: Mapping[str, Callable[[int], Ranking]] = {
            POPULARITY: self._popularity,
            FAME: self._fame,
            OWN_TOP: self._own_top,
            KNOWN_ARTISTS: self._known_artists,
            KNN: self._knn,
            RP3: self._rp3,
            RANDOM: self._random,
        }
        return {name: make(listener) for name, make in made.items()}

    def _popularity(self, _: int) -> Ranking:
        """By the number of listeners of the track, then of its artist."""
        scene = self.scene
        return Ranking(
            _order(scene.track_listeners, scene.artist_listeners[scene.music.artist_of]), _order(scene.artist_listeners)
        )

    def _fame(self, _: int) -> Ranking:
        """By the catalogue's count of listeners: it has no date, so it includes later ones, which flatters it."""
        return Ranking(_order(self.scene.music.fame))

    def _own_top(self, listener: int) -> Ranking:
        return Ranking(_listed(self.scene.plays(listener)), np.empty(0, np.int64))

    def _known_artists(self, listener: int) -> Ranking:
        """Tracks by plays of the artist times how well known the track is."""
        by_artist = self.scene.artist_plays(listener)[self.scene.music.artist_of]
        return Ranking(_listed(by_artist * (self.scene.music.fame + _TINY)), np.empty(0, np.int64))

    def _knn(self, listener: int) -> Ranking:
        own = self.scene.people_by_artist[[listener]]
        tracks = None
        if self._track_similarity is not None:
            tracks = item_knn(self._track_similarity, self.scene.people_by_track[[listener]])
        return self._spread(item_knn(self._artist_similarity, own), tracks)

    def _rp3(self, listener: int) -> Ranking:
        own, tracks = self.scene.people_by_artist[[listener]], None
        if self._tracks_are_enough:
            tracks = rp3beta(self.scene.people_by_track, self.scene.people_by_track[[listener]])
        return self._spread(rp3beta(self.scene.people_by_artist, own), tracks)

    def _random(self, listener: int) -> Ranking:
        chance = np.random.default_rng([SEED, listener])
        return Ranking(
            chance.permutation(len(self.scene.music.tracks)), chance.permutation(len(self.scene.music.artists))
        )

    def _spread(self, by_artist: Doubles, by_track: Doubles | None) -> Ranking:
        """Scored as in candidate_collaborative: affinity(artist) * popularity(track) + affinity(track)."""
        scores = _affinity(by_artist)[self.scene.music.artist_of] * self.scene.music.fame
        tracks = _order(scores if by_track is None else scores + _affinity(by_track))
        return Ranking(tracks, _order(by_artist), is_capped=True)

    @cached_property
    def _artist_similarity(self) -> csr_matrix:
        return self._similarity(self.scene.people_by_artist)

    @cached_property
    def _track_similarity(self) -> csr_matrix | None:
        return self._similarity(self.scene.people_by_track) if self._tracks_are_enough else None

    def _similarity(self, people: csr_matrix) -> csr_matrix:
        """The similarity of items that measured listeners play: no neighbourhood starts from other items."""
        return item_similarity(people, np.unique(people[: len(self.scene.listeners)].indices))

    @property
    def _tracks_are_enough(self) -> bool:
        """Whether there are enough people: among a few, two tracks with the same listeners mean nothing."""
        return bool(self.scene.people_by_track.shape[0] >= FEWEST_LISTENERS)


# Less than any fame but above 0, so that tracks of unknown fame come after all others instead of being left out.
_TINY = 1e-6


def _order(*keys: Doubles) -> Items:
    """Highest first by the first key, then by the next ones, then by number."""
    return np.lexsort((np.arange(len(keys[0])), *(-key for key in reversed(keys))))


def _listed(scores: Doubles) -> Items:
    """The items with scores above 0, highest first."""
    order = _order(scores)
    return order[scores[order] > 0]


def _affinity(scores: Doubles) -> Doubles:
    """The scores divided by the best one."""
    best = scores.max(initial=0.0)
    return scores / best if best > 0 else scores
