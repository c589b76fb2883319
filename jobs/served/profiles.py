"""served.listeners: one row per listener, with their history's span and their artists by recency."""

import sqlite3
from collections.abc import Sequence

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

TOP_ARTISTS = 50
INSTANT = "yyyy-MM-dd'T'HH:mm:ss'Z'"


def build(dim_users: DataFrame, finished: DataFrame, artist_counts: DataFrame, track_counts: DataFrame) -> DataFrame:
    """`finished` says what each listener's list was built from; those without one are left out."""
    by_recency = Window.partitionBy("user_bucket", "username").orderBy(F.desc("recency_score"), "artist_id")
    top = artist_counts.withColumn("place", F.row_number().over(by_recency))
    shown = F.struct("place", "artist_id", "artist_name", "play_count", "recency_score", "last_played_at")
    is_top = F.col("place") <= TOP_ARTISTS
    lists = top.groupBy("username").agg(
        F.to_json(F.array_sort(F.collect_list(F.when(is_top, shown)))).alias("top_artists"),
        F.count("*").alias("artist_count"),
    )
    tracks = track_counts.groupBy("username").agg(F.count("*").alias("track_count"))
    return (
        dim_users.drop("built_from")
        .join(finished.drop("user_bucket"), on="username", how="inner")
        .join(lists, on="username", how="inner")
        .join(tracks, on="username", how="inner")
        .select(
            "username",
            "play_count",
            *(F.date_format(name, INSTANT).alias(name) for name in ("first_played_at", "last_played_at")),
            "listening_span_days",
            "half_life_days",
            F.date_format("as_of", INSTANT).alias("as_of"),
            "built_from",
            "artist_count",
            "track_count",
            "top_artists",
        )
    )


def insert(store: sqlite3.Connection, rows: Sequence[Sequence[object]]) -> None:
    """Add the rows that `build` gave."""
    store.executemany("INSERT INTO listeners VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
