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
    "built_from",
)
SHOWN = ("artist_id", "artist_name", "play_count", "recency_score", "last_played_at")


def build(dim_users: DataFrame, finished: DataFrame) -> DataFrame:
    """Listeners with a finished list; `finished` has what each list was built from."""
    times = {name: F.date_format(name, INSTANT) for name in COLUMNS if name.endswith(("_at", "as_of"))}
    known = dim_users.drop("built_from").join(finished.drop("user_bucket"), on="username", how="inner")
    return known.withColumns(times).select(*COLUMNS)


def row_of(user: Mapping[str, Any], artists: Sequence[Mapping[str, Any]], track_count: int) -> tuple[object, ...]:
    """One listener's row, with the 50 artists of highest recency_score, ties by id."""
    top = heapq.nsmallest(TOP_ARTISTS, artists, key=lambda one: (-one["recency_score"], one["artist_id"]))
    shown = [{"place": place, **{name: one[name] for name in SHOWN}} for place, one in enumerate(top, start=1)]
    return (*(user[name] for name in COLUMNS), len(artists), track_count, json.dumps(shown, ensure_ascii=False))


def insert(store: sqlite3.Connection, rows: Sequence[Sequence[object]]) -> None:
    """Add the rows."""
    store.executemany("INSERT INTO listeners VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
