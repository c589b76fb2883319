"""silver.ingest_log: one row per landed batch that was consumed: read = new + duplicate + quarantined."""

from datetime import datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.lake import Table, column, conform

REASONS = T.MapType(T.StringType(), T.LongType())
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
            column("reasons", REASONS),
            column("ingested_at", T.TimestampType()),
        ]
    ),
)


def build(pages: DataFrame, typed_plays: DataFrame, plays: DataFrame, *, ingested_at: datetime) -> DataFrame:
    """Each page's counts of rows; `new` counts the plays with its batch id, so a replay gives the same figures."""
    by_reason = typed_plays.groupBy("batch_id", "refusal").agg(F.count("*").alias("rows"))
    refused = F.when(F.col("refusal").isNotNull(), F.struct("refusal", "rows"))
    rows = by_reason.groupBy("batch_id").agg(
        F.sum("rows").alias("read"),
        F.map_from_entries(F.array_sort(F.collect_list(refused))).alias("reasons"),
    )
    added = plays.groupBy("batch_id").agg(F.count("*").alias("new"))
    counted = (
        pages.select("batch_id", "username", "source")
        .join(F.broadcast(rows), on="batch_id", how="left")
        .join(F.broadcast(added), on="batch_id", how="left")
        .fillna(0, ["read", "new"])
        .withColumn("reasons", F.coalesce("reasons", F.expr("map()").cast(REASONS)))
    )
    refused_rows = F.aggregate(F.map_values("reasons"), F.expr("0L"), lambda total, count: total + count)
    accounted = counted.withColumn("quarantined", refused_rows)
    duplicate = F.col("read") - F.col("new") - F.col("quarantined")
    return conform(accounted.withColumns({"duplicate": duplicate, "ingested_at": F.lit(ingested_at)}), TABLE)
