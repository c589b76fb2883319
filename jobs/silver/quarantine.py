"""silver.quarantine: one row per refused row, as it was sent, with the reason."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.lake import Table, column, conform

TABLE = Table(
    name="silver.quarantine",
    reads=(),
    key=("batch_id", "row"),
    schema=T.StructType(
        [
            column("batch_id", T.StringType()),
            column("row", T.IntegerType()),
            column("username", T.StringType()),
            column("source", T.StringType()),
            column("reason", T.StringType()),
            column("as_sent", T.StringType()),
            column("refused_at", T.TimestampType()),
        ]
    ),
)


def build(judged: DataFrame) -> DataFrame:
    """The refused rows of typed plays or facts; facts belong to no listener, so their username is ''."""
    refused = judged.where("refusal IS NOT NULL")
    return conform(
        refused.select(
            "batch_id",
            "row",
            "username",
            "source",
            F.col("refusal").alias("reason"),
            "as_sent",
            F.col("fetched_at").alias("refused_at"),
        ),
        TABLE,
    )
