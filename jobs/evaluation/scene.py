"""A cut as arrays: what everybody had played, what each strategy proposes, and what was played afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, vstack

from jobs.evaluation.metrics import Doubles, Items
from jobs.evaluation.music import Music
from jobs.evaluation.past import Past

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Scene:
    """A past in terms of `music`; listeners are numbered by their position in `cut.listeners`."""

    music: Music
    past: Past

    @property
    def listeners(self) -> Sequence[str]:
        return self.past.cut.listeners

    @cached_property
    def household(self) -> csr_matrix:
        """Everybody x tracks: their plays before the cut, measured listeners first."""
        others = sorted({row.username for row in self.past.played} - set(self.listeners))
        numbers = {name: number for number, name in enumerate((*self.listeners, *others))}
        return self.music.listened(self.past.played, numbers)

    @cached_property
    def people_by_artist(self) -> csr_matrix:
        """Household and community x artists, 1 if the person plays the artist."""
        return vstack([self.music.by_artist(self.household).sign(), self.music.community_artists], format="csr")

    @cached_property
    def people_by_track(self) -> csr_matrix:
        """Household and community x tracks, 1 if the person plays the track."""
        return vstack([self.household.sign(), self.music.community_tracks], format="csr")

    @cached_property
    def known(self) -> Mask:
        """The tracks that were known at the cut: facts, and what anybody had played."""
        return self.music.is_fact | (self.track_listeners > 0)

    @cached_property
    def known_artists(self) -> Mask:
        """The artists of the known tracks, and those of the community."""
        known = np.zeros(len(self.music.artists), bool)
        known[self.music.artist_of[self.known]] = True
        return known | (self.artist_listeners > 0)

    @cached_property
    def track_listeners(self) -> Doubles:
        """The number of people who play each track, before the cut."""
        return np.asarray(self.people_by_track.sum(axis=0)).ravel()

    @cached_property
    def artist_listeners(self) -> Doubles:
        """The number of people who play each artist, before the cut."""
        return np.asarray(self.people_by_artist.sum(axis=0)).ravel()

    def plays(self, listener: int) -> Doubles:
        """The listener's plays of each track before the cut."""
        counts: Doubles = self.household[[listener]].toarray().ravel()
        return counts

    def artist_plays(self, listener: int) -> Doubles:
        """The listener's plays of each artist before the cut."""
        counts: Doubles = np.bincount(self.music.artist_of, self.plays(listener), len(self.music.artists)).astype(float)
        return counts

    @cached_property
    def faded(self) -> Sequence[Mapping[int, float]]:
        """By listener and track, the weight of its last play at the cut."""
        found: list[dict[int, float]] = [{} for _ in self.listeners]
        for row in self.past.counted:
            found[self.listeners.index(row.username)][self.music.track_number[row.track_id]] = row.faded
        return found

    @cached_property
    def hidden(self) -> Sequence[Items]:
        """By listener, the tracks played after the cut."""
        found: list[list[int]] = [[] for _ in self.listeners]
        for row in self.past.hidden:
            found[self.listeners.index(row.username)].append(self.music.track_number[row.track_id])
        return [np.array(sorted(each), np.int64) for each in found]

    def proposed(self, strategy: str, listener: int) -> Items:
        """A strategy's tracks for the listener, best first."""
        rows = self.past.lists.get(strategy, {}).get(self.listeners[listener], ())
        return self.music.numbered([track for track, _ in rows])

    def shown(self, listener: int) -> Items:
        """The unified list, best first, without the cap per artist."""
        return self.music.numbered(self.past.shown.get(self.listeners[listener], ()))
