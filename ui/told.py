"""An overlay applied to a listener's candidates, place by place. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ui.overlay import Overlay

# The factor on the worth of a liked track's place, or of a track by a liked artist.
LIKED = 2.0


@dataclass(frozen=True)
class Told:
    """For each place: whether the track is hidden, whether it was shown, and the factor on its place's worth."""

    hidden: NDArray[np.bool_]
    shown: NDArray[np.bool_]
    worth: NDArray[np.float64]

    @classmethod
    def of(cls, overlay: Overlay, artist: NDArray[np.uint16], track_keys: bytes, artist_keys: bytes) -> "Told":
        """Apply the overlay to the list's tracks and artists; what is not in the list is ignored.

        `artist` is the number of each candidate's artist; the keys are those of jobs/served/facets.py.
        """
        tracks, artists = np.frombuffer(track_keys, "<u8"), np.frombuffer(artist_keys, "<u8")
        asked = overlay.keys
        liked = np.isin(tracks, asked["liked_tracks"]) | np.isin(artists, asked["liked_artists"])[artist]
        by_artist = _factors(artists, asked["cooled_artists"], overlay.cooled_artists)[artist]
        worth = by_artist * _factors(tracks, asked["cooled_tracks"], overlay.cooled_tracks)
        return cls(
            hidden=np.isin(tracks, asked["hidden_tracks"]) | np.isin(artists, asked["hidden_artists"])[artist],
            shown=np.isin(tracks, asked["shown_tracks"]),
            worth=np.where(liked, LIKED * worth, worth),
        )


def _factors(keys: NDArray[np.uint64], asked: NDArray[np.uint64], factors: Mapping[str, float]) -> NDArray[np.float64]:
    """Each key's factor; 1 if none is given."""
    found = np.ones(len(keys))
    by_key = np.argsort(keys)
    places = np.searchsorted(keys, asked, sorter=by_key)
    there = places < len(keys)
    there[there] = keys[by_key[places[there]]] == asked[there]
    found[by_key[places[there]]] = np.fromiter(factors.values(), dtype=np.float64, count=len(factors))[there]
    return found
