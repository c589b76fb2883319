"""A listener's recommendations as tracks of a list, to keep or to take along."""

import json

from ui.lists import Wanted
from ui.overlay import Memory
from ui.playlists import ListedTrack
from ui.store import Store


class RecommendedTracks:
    """Asks the store for a list, bent by what the listener told."""

    def __init__(self, store: Store, memory: Memory) -> None:
        self._store = store
        self._memory = memory

    def __call__(self, username: str, wanted: Wanted) -> list[ListedTrack]:
        """The tracks as the listener would be shown them; raises `UnknownListener`."""
        picked = self._store.picked(username, wanted, self._memory.overlay(username))
        rows = (json.loads(row) for row in picked.rows)
        return [ListedTrack(row["track_id"], row["track_name"], row["artist_name"], row["album_name"]) for row in rows]
