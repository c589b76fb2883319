"""Imported community files: the landed records, whose people are only numbers, as raw listens."""

from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.bronze import pages

SOURCE, METHOD = "community", "listens"
FIELDS = ("listener", "artist", "track", "plays", "at", "unusable")


def landed_files(bronze: Path) -> dict[str, list[Path]]:
    """The pages of each landed file, by the digest of its content."""
    return pages.landed_files(bronze, SOURCE, METHOD)


def raw_listens(spark: SparkSession, files: dict[str, list[Path]]) -> DataFrame:
    """One row per record of these files; `file` is the digest of the record's file."""
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
