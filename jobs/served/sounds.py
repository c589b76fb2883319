"""served.sounds: the audio vectors of tracks, all in one row, so that one track can be compared with all at once."""

import json
import sqlite3
from array import array
from collections.abc import Iterable, Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.likeness import best_known, unit

NAMES = ("track_id", "track_name", "artist_id", "artist_name", "album_name")


def build(audio_features: DataFrame) -> DataFrame:
    """The tracks that can be proposed by their sound: names, and the vector `unit` of jobs/likeness.py."""
    return best_known(audio_features).select(*NAMES, unit(F.col).alias("unit")).where("unit IS NOT NULL")


def replace(store: sqlite3.Connection, rows: Iterable[tuple[str, Sequence[float]]]) -> None:
    """Replace all tracks by these, given as track_id and unit."""
    in_order = sorted(rows)
    units = array("f", (number for _, one in in_order for number in one))
    store.execute("DELETE FROM sounds")
    if in_order:
        track_ids = json.dumps([track_id for track_id, _ in in_order], ensure_ascii=False)
        store.execute("INSERT INTO sounds VALUES (?, ?)", (track_ids, _little_endian(units)))


def _little_endian(numbers: "array[float]") -> bytes:
    if array("H", [1]).tobytes() != b"\x01\x00":
        numbers.byteswap()
    return numbers.tobytes()
