"""served.recordings: the MusicBrainz recording of each track that listeners play or are shown, if known."""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.columns import most_frequent

MBID = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"


def build(plays: DataFrame, track_candidates: DataFrame, tracks: DataFrame) -> DataFrame:
    """track_id and mbid: the MBID in silver.tracks, or else the most frequent one in the track's plays."""
    shown = track_candidates.select("track_id").distinct()
    known = tracks.join(shown, on="track_id", how="left_semi").select(
        "track_id", F.lit(0).alias("order"), F.lower("track_mbid").alias("mbid")
    )
    spoken = plays.withColumn("mbid", F.lower("track_mbid")).where(F.col("mbid").rlike(MBID))
    played = spoken.groupBy("track_id").agg(F.lit(1).alias("order"), most_frequent("mbid").alias("mbid"))
    named = known.where(F.col("mbid").rlike(MBID)).unionByName(played)
    return named.groupBy("track_id").agg(F.min_by("mbid", F.struct("order", "mbid")).alias("mbid"))


def insert(store: sqlite3.Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Add the rows, replacing those of the same tracks."""
    pairs = ((row["track_id"], row["mbid"]) for row in rows)
    store.executemany("INSERT OR REPLACE INTO recordings VALUES (?, ?)", pairs)
