"""served.listeners: one row per listener, with the span of their history and their top artists by recency."""

import heapq
import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

TOP_ARTISTS = 50
INSTANT = "yyyy-MM-dd'T'HH:mm:ss'Z'"
COLUMNS = (
    "username",
    "play_count",
    "first_played_at",
    "last_played_at",
    "listening_span_days",
    "half_life_days",
    "as_of",
)
SHOWN = ("artist_id", "artist_name", "play_count", "recency_score", "last_played_at")


def build(dim_users: DataFrame) -> DataFrame:
    """The listeners, with times as text as in the served file."""
    times = {name: F.date_format(name, INSTANT) for name in COLUMNS if name.endswith(("_at", "as_of"))}
    return dim_users.withColumns(times).select(*COLUMNS)


def row_of(
    user: Mapping[str, Any], built_from: str, artists: Sequence[Mapping[str, Any]], track_count: int
) -> tuple[object, ...]:
    """One listener's row: what their list was built from, and the 50 artists of highest recency_score, ties by id."""
    top = heapq.nsmallest(TOP_ARTISTS, artists, key=lambda one: (-one["recency_score"], one["artist_id"]))
    shown = [{"place": place, **{name: one[name] for name in SHOWN}} for place, one in enumerate(top, start=1)]
    counts = (len(artists), track_count)
    return (*(user[name] for name in COLUMNS), built_from, *counts, json.dumps(shown, ensure_ascii=False))


def insert(store: sqlite3.Connection, rows: Sequence[Sequence[object]]) -> None:
    """Add the rows."""
    store.executemany("INSERT INTO listeners VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
