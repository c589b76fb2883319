"""Imported community files: the landed records, of people who are numbers, as raw listens."""

from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.bronze import pages

SOURCE, METHOD = "community", "listens"
FIELDS = ("listener", "artist", "track", "plays", "at", "unusable")


def landed_files(bronze: Path) -> dict[str, list[Path]]:
    """By digest of what they hold, the pages of the files that are landed."""
    return pages.landed_files(bronze, SOURCE, METHOD)


def raw_listens(spark: SparkSession, files: dict[str, list[Path]]) -> DataFrame:
    """One row per record of these files; `file` is the digest of the one that it stands in."""
    return pages.records(spark, files).select(
        "batch_id",
        "file",
        "row",
        F.lit("").alias("username"),
        F.concat(F.lit("community:"), F.col("request")["form"]).alias("source"),
        *(F.col("sent")[name].alias(name) for name in FIELDS),
        F.to_json("sent").alias("as_sent"),
        "fetched_at",
    )
