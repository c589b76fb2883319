"""The targets after a cut: new tracks, new artists, repeats, and forgotten favourites that were played again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from jobs.evaluation.metrics import Items
from jobs.evaluation.scene import Mask, Scene

NEW_TRACKS, NEW_ARTISTS, REPEATS, FORGOTTEN = "new_tracks", "new_artists", "repeats", "forgotten"
TARGETS = (NEW_TRACKS, NEW_ARTISTS, REPEATS, FORGOTTEN)
# The same as in jobs.silver.candidate_old_favorite.
FADED = 0.5


@dataclass(frozen=True)
class Target:
    """For one listener: the items that may be ranked, and those of them that were played after the cut.

    Items are tracks, or artists if `of_artists` is set. `missing` is the share of played items that no ranking could
    contain, since they were not in the catalogue before the cut.
    """

    name: str
    eligible: Mask
    relevant: Items
    missing: float
    of_artists: bool = False


def targets(scene: Scene, listener: int) -> Sequence[Target]:
    """All four targets; one whose `relevant` is empty cannot be measured for that listener."""
    played = scene.plays(listener) > 0
    artists = scene.artist_plays(listener) > 0
    faded = np.zeros(len(played), bool)
    faded[[track for track, left in scene.faded[listener].items() if left < FADED]] = True
    hidden, hidden_artists = scene.hidden[listener], np.unique(scene.music.artist_of[scene.hidden[listener]])
    return (
        _target(NEW_TRACKS, ~played, scene.known, hidden),
        _target(NEW_ARTISTS, ~artists, scene.known_artists, hidden_artists, of_artists=True),
        _target(REPEATS, played, scene.known, hidden),
        _target(FORGOTTEN, faded, scene.known, hidden),
    )


def catalogue_sizes(scene: Scene) -> Mapping[str, int]:
    """The number of items in the catalogue at the cut, by target."""
    artists, tracks = int(scene.known_artists.sum()), int(scene.known.sum())
    return {name: artists if name == NEW_ARTISTS else tracks for name in TARGETS}


def _target(name: str, wanted: Mask, known: Mask, hidden: Items, *, of_artists: bool = False) -> Target:
    eligible, sought = wanted & known, hidden[wanted[hidden]]
    relevant = sought[known[sought]]
    missing = 1 - len(relevant) / len(sought) if len(sought) else 0.0
    return Target(name, eligible, relevant, missing, of_artists)


def ranked(tracks: Items, target: Target, artist_of: Items, most: int) -> Items:
    """The first `most` eligible items of a list of tracks; an artist has the position of their first track."""
    items = _first_of_each(artist_of[tracks]) if target.of_artists else tracks
    return items[target.eligible[items]][:most]


def _first_of_each(items: Items) -> Items:
    _, places = np.unique(items, return_index=True)
    return items[np.sort(places)]
