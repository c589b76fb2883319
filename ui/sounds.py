"""Tracks that sound like a given one, by comparison with all known tracks at once."""

import json
import sqlite3
from bisect import bisect_left

import numpy as np

SOUNDS = "SELECT track_ids, units FROM sounds"


def nearest(connection: sqlite3.Connection, track_id: str, most: int) -> dict[str, float]:
    """The tracks that sound most like this one, best first, with their likeness 0..1; empty if it is unknown.

    The likeness is the dot product of two unit vectors: jobs/likeness.py.
    """
    found = connection.execute(SOUNDS).fetchone()
    if found is None:
        return {}
    track_ids: list[str] = json.loads(found[0])
    own = bisect_left(track_ids, track_id)
    if own == len(track_ids) or track_ids[own] != track_id:
        return {}
    units = np.frombuffer(found[1], dtype="<f4").reshape(len(track_ids), -1)
    alike = units @ units[own]
    alike[own] = -1
    # A stable sort keeps tracks of the same likeness in the order of their ids.
    places = np.argsort(-alike, kind="stable")[: min(most, len(track_ids) - 1)]
    return {track_ids[place]: min(1.0, float(alike[place])) for place in places}
