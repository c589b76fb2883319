"""silver.ingest_log: one row per landed batch that was consumed: read = new + duplicate + quarantined."""

from datetime import datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.lake import Table, column, conform

TABLE = Table(
    name="silver.ingest_log",
    reads=("silver.plays", "silver.quarantine"),
    key=("batch_id",),
    schema=T.StructType(
        [
            column("batch_id", T.StringType()),
            column("username", T.StringType()),
            column("source", T.StringType()),
            column("read", T.LongType()),
            column("new", T.LongType()),
            column("duplicate", T.LongType()),
            column("quarantined", T.LongType()),
            column("ingested_at", T.TimestampType()),
        ]
    ),
)


def build(pages: DataFrame, typed_plays: DataFrame, plays: DataFrame, *, ingested_at: datetime) -> DataFrame:
    """Each page's count of rows; `new` are the plays that carry its batch id, so that a replay counts right."""
    rows = typed_plays.groupBy("batch_id").agg(F.count("*").alias("read"), F.count("refusal").alias("quarantined"))
    added = plays.groupBy("batch_id").agg(F.count("*").alias("new"))
    counted = (
        pages.select("batch_id", "username", "source")
        .join(rows, on="batch_id", how="left")
        .join(added, on="batch_id", how="left")
        .fillna(0, ["read", "new", "quarantined"])
    )
    duplicate = F.col("read") - F.col("new") - F.col("quarantined")
    return conform(counted.withColumns({"duplicate": duplicate, "ingested_at": F.lit(ingested_at)}), TABLE)
