"""silver.catalogue_log: one row per answer that was consumed: read = kept + duplicate + quarantined."""

from datetime import datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.lake import Table, column, conform

TABLE = Table(
    name="silver.catalogue_log",
    reads=("silver.quarantine",),
    key=("batch_id",),
    schema=T.StructType(
        [
            column("batch_id", T.StringType()),
            column("source", T.StringType()),
            column("method", T.StringType()),
            column("subject", T.StringType()),
            column("answer", T.StringType()),
            column("read", T.LongType()),
            column("kept", T.LongType()),
            column("duplicate", T.LongType()),
            column("quarantined", T.LongType()),
            column("fetched_at", T.TimestampType()),
            column("ingested_at", T.TimestampType()),
        ]
    ),
)


def build(facts: DataFrame, *, ingested_at: datetime) -> DataFrame:
    """The counts of each answer's rows, and what they come to.

    `answer` is 'facts' if a row was kept, 'nothing' if a valid answer had no rows, 'unknown' if the source does not
    know what was asked, 'refused' if every row was refused, or the page is not about what was asked.
    """
    counted = facts.groupBy("batch_id", "source", "method", "subject", "unknown", "fetched_at").agg(
        F.count("row").alias("read"),
        F.count_if("kept").alias("kept"),
        F.count_if("duplicate").alias("duplicate"),
        F.count("refusal").alias("quarantined"),
    )
    answer = (
        F.when(F.col("kept") > 0, "facts")
        .when(F.col("read") > 0, "refused")
        .when(F.col("unknown"), "unknown")
        .otherwise("nothing")
    )
    return conform(counted.withColumns({"answer": answer, "ingested_at": F.lit(ingested_at)}).drop("unknown"), TABLE)
