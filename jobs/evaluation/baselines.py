"""What is ranked beside the strategies: popularity, a listener's own, neighbourhoods, chance."""

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
    """A listener's whole catalogue in order, best first: tracks, and artists where these are ranked by themselves.

    `is_capped`: of what a target asks for, three tracks an artist count, as in the list that is shown.
    """

    tracks: Items
    artists: Items | None = None
    is_capped: bool = False


@dataclass(frozen=True)
class Baselines:
    """The baselines at one cut. What they learn from is `scene.household` and the community, and nothing after it."""

    scene: Scene

    def rankings(self, listener: int) -> Mapping[str, Ranking]:
        """Each baseline's order for a listener."""
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
        """By listeners of the track, then of its artist."""
        scene = self.scene
        return Ranking(
            _order(scene.track_listeners, scene.artist_listeners[scene.music.artist_of]), _order(scene.artist_listeners)
        )

    def _fame(self, _: int) -> Ranking:
        """By the catalogue's count of listeners, which has no date and is flattered by it."""
        return Ranking(_order(self.scene.music.fame))

    def _own_top(self, listener: int) -> Ranking:
        return Ranking(_listed(self.scene.plays(listener)), np.empty(0, np.int64))

    def _known_artists(self, listener: int) -> Ranking:
        """Tracks of the artists played most, the better known first."""
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
        """As candidate_collaborative: affinity(artist) * popularity(track) + affinity(track)."""
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
        """Of the items that somebody who is measured listens to: from no others does a neighbourhood start."""
        return item_similarity(people, np.unique(people[: len(self.scene.listeners)].indices))

    @property
    def _tracks_are_enough(self) -> bool:
        """Of the few people of a household nothing follows from two tracks' being played by the same."""
        return bool(self.scene.people_by_track.shape[0] >= FEWEST_LISTENERS)


# Below any fame, above nothing: a track that nobody's count knows comes after all that are known.
_TINY = 1e-6


def _order(*keys: Doubles) -> Items:
    """Highest first by the first key, then by the next ones, then by number."""
    return np.lexsort((np.arange(len(keys[0])), *(-key for key in reversed(keys))))


def _listed(scores: Doubles) -> Items:
    """Those above 0, highest first."""
    order = _order(scores)
    return order[scores[order] > 0]


def _affinity(scores: Doubles) -> Doubles:
    """Against the best one."""
    best = scores.max(initial=0.0)
    return scores / best if best > 0 else scores
