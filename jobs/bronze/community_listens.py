"""Imported community files: the landed records, of people who are numbers, as raw listens."""

from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from jobs.bronze import pages

SOURCE, METHOD = "community", "listens"
FIELDS = ("listener", "artist", "track", "plays", "at", "unusable")


def landed_files(bronze: Path) -> dict[str, list[Path]]:
    """By digest of what they hold, the pages of the files that are landed."""
    folders = (path for path in (bronze / SOURCE / METHOD).glob("[0-9a-f]*") if path.is_dir())
    return {folder.name: sorted(folder.glob("*.json.gz")) for folder in folders}


def raw_listens(spark: SparkSession, files: dict[str, list[Path]]) -> DataFrame:
    """One row per record of these files; `file` is the digest of the one that it stands in."""
    read = pages.read(spark, [path for paths in files.values() for path in paths])
    of_file = F.regexp_extract(F.input_file_name(), r"/([0-9a-f]{64})/[^/]*$", 1)
    records = F.from_json("body", "array<map<string, string>>")
    exploded = read.withColumn("file", of_file).select("*", F.posexplode(records).alias("row", "sent"))
    return exploded.select(
        "batch_id",
        "file",
        "row",
        F.lit("").alias("username"),
        F.concat(F.lit("community:"), F.col("request")["form"]).alias("source"),
        *(F.col("sent")[name].alias(name) for name in FIELDS),
        F.to_json("sent").alias("as_sent"),
        "fetched_at",
    )
