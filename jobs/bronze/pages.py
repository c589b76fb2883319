"""Landed pages: one row per page, as flows/landing.py wrote it."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.lake import Lake, Table

ENVELOPE = T.StructType(
    [
        T.StructField("request", T.MapType(T.StringType(), T.StringType())),
        T.StructField("fetched_at", T.TimestampType()),
        T.StructField("status", T.IntegerType()),
        T.StructField("body", T.StringType()),
    ]
)
# Compressed bytes: 12 in pages of files, 50 in Last.fm's.
BYTES_A_PLAY = 15
# In Last.fm's answers about music, which contain image URLs.
BYTES_A_FACT = 60
FOLDER = r"([^/]+)/[^/]+$"
# The name of the folder of one reading of an account; after the account's name if that is not the listener's.
READING = r"(?:history-before-\d+|recent-from-\d+|full-\d+|backfill-\d+-to-(?:\d+|now))"
# A page's file name ends in its batch id, so consumed pages are recognized without opening them.
BATCH_ID = r"\.([0-9a-f]{64})\.json\.gz$"


def consumed(lake: Lake, log: Table) -> set[str]:
    """The ids of the batches in the log; runs no Spark job if it was never written."""
    return {row.batch_id for row in lake.read(log).select("batch_id").collect()} if lake.has_rows(log) else set()


def pending(
    bronze: Path, source: str, method: str, consumed: Collection[str], listeners: Collection[str] = ()
) -> list[Path]:
    """The landed pages of a method that are not consumed yet, one for each batch id, ordered by id.

    Only those of the named listeners, or of all if none is named.
    """
    folders = [path for path in bronze.glob(f"{source}/{method}/*") if not listeners or unquote(path.name) in listeners]
    landed = {batch_id(path): path for folder in folders for path in folder.glob("*/*.json.gz")}
    return [landed[batch] for batch in sorted(landed.keys() - set(consumed))]


def landed_answers(bronze: Path, source: str, methods: Collection[str]) -> dict[str, Path]:
    """The landed answers of these methods, which belong to no listener, by batch id."""
    return {
        batch_id(path): path for method in methods for path in bronze.glob(f"{source}/{method.lower()}/*/*.json.gz")
    }


def landed_files(bronze: Path, source: str, method: str) -> dict[str, list[Path]]:
    """The pages of imported files that belong to no listener, by the digest of the file's content."""
    folders = (path for path in (bronze / source / method).glob("[0-9a-f]*") if path.is_dir())
    return {folder.name: sorted(folder.glob("*.json.gz")) for folder in folders}


def batch_id(path: Path) -> str:
    """The id in a landed page's name."""
    return path.name.split(".")[-3]


def plays_in(paths: Sequence[Path]) -> int:
    """About how many plays the pages hold, estimated from their size."""
    return sum(path.stat().st_size for path in paths) // BYTES_A_PLAY


def facts_in(paths: Sequence[Path]) -> int:
    """About how many facts the answers hold, estimated from their size."""
    return sum(path.stat().st_size for path in paths) // BYTES_A_FACT


def read(spark: SparkSession, paths: Sequence[Path]) -> DataFrame:
    """batch_id, username, source, request map, fetched_at and body of each page, and its folder as `origin`."""
    pages = spark.read.schema(ENVELOPE).json([str(path) for path in paths])
    return pages.select(
        F.regexp_extract("_metadata.file_path", BATCH_ID, 1).alias("batch_id"),
        F.col("request")["listener"].alias("username"),
        F.col("request")["source"].alias("source"),
        "request",
        "fetched_at",
        "body",
        F.regexp_extract("_metadata.file_path", FOLDER, 1).alias("origin"),
    )


def records(spark: SparkSession, files: Mapping[str, Sequence[Path]]) -> DataFrame:
    """One row per record of these files' pages: cells in `sent`, position in `row`, the file's digest in `file`."""
    of_file = F.regexp_extract(F.input_file_name(), r"/([0-9a-f]{64})/[^/]*$", 1)
    sent = F.from_json("body", "array<map<string, string>>")
    whole = read(spark, [path for paths in files.values() for path in paths]).withColumn("file", of_file)
    return whole.select("*", F.posexplode(sent).alias("row", "sent"))
