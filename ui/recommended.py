"""A listener's recommendations as tracks of a list, to save or to export."""

import json

from ui.lists import Wanted
from ui.overlay import Memory
from ui.playlists import ListedTrack
from ui.store import Store


class RecommendedTracks:
    """Reads a list from the store, adjusted by the listener's feedback."""

    def __init__(self, store: Store, memory: Memory) -> None:
        self._store = store
        self._memory = memory

    def __call__(self, username: str, wanted: Wanted) -> list[ListedTrack]:
        """The tracks as they would be shown to the listener; raises `UnknownListener`."""
        picked = self._store.picked(username, wanted, self._memory.overlay(username))
        rows = (json.loads(row) for row in picked.rows)
        return [ListedTrack(row["track_id"], row["track_name"], row["artist_name"], row["album_name"]) for row in rows]
