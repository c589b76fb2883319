"""Imported tables of Spotify's audio features: the landed rows as raw features."""

from pathlib import Path

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.bronze import pages

SOURCE, METHOD = "spotify-tracks", "features"
# Spotify's nine, as its API named them.
FEATURES = (
    *("acousticness", "danceability", "energy", "instrumentalness", "liveness"),
    *("loudness", "speechiness", "tempo", "valence"),
)
CELLS = ("track", "album", "spotify_id", "genre", "popularity", "duration_ms", *FEATURES, "unusable")
# Finds the first of several artists in a list as Python prints it, `['Uli', "Guns N' Roses"]`; the other form is
# `Ingrid Michaelson;ZAYN`.
PYTHON_LIST = r"^\[\s*(['\"])(.*?)\1\s*[,\]].*$"


def landed_files(bronze: Path) -> dict[str, list[Path]]:
    """The pages of each landed file, by the digest of its content."""
    return pages.landed_files(bronze, SOURCE, METHOD)


def raw_features(spark: SparkSession, files: dict[str, list[Path]]) -> DataFrame:
    """One row per record of these files; `file` is the digest of the record's file."""
    return pages.records(spark, files).select(
        "batch_id",
        "file",
        "row",
        F.lit("").alias("username"),
        F.lit(SOURCE).alias("source"),
        F.coalesce(F.col("sent")["artist"], _first_of(F.col("sent")["artists"])).alias("artist"),
        *(F.col("sent")[name].alias(name) for name in CELLS),
        F.to_json("sent").alias("as_sent"),
        "fetched_at",
    )


def _first_of(artists: Column) -> Column:
    listed = F.regexp_extract(artists, PYTHON_LIST, 2)
    return F.when(listed != "", listed).otherwise(F.split_part(artists, F.lit(";"), F.lit(1)))
