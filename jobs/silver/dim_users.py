"""silver.dim_users: one row per listener, with the span of their listening and how fast their past fades."""

from datetime import datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.columns import days_between
from jobs.lake import Table, column, conform

TABLE = Table(
    name="silver.dim_users",
    reads=("silver.plays",),
    key=("username",),
    partition_by=("user_bucket",),
    schema=T.StructType(
        [
            column("username", T.StringType()),
            column("user_bucket", T.IntegerType()),
            column("first_played_at", T.TimestampType()),
            column("last_played_at", T.TimestampType()),
            column("play_count", T.LongType()),
            column("listening_span_days", T.DoubleType()),
            column("half_life_days", T.DoubleType()),
            column("as_of", T.TimestampType()),
            column("plays_hash", T.LongType()),
            column("built_from", T.StringType()),
            column("computed_at", T.TimestampType()),
        ]
    ),
)
# A tenth of a history counts as its present; with less than 30 days one quiet week would change everything.
SPAN_PER_HALF_LIFE = 10
SHORTEST_HALF_LIFE_DAYS = 30.0


def summarised(plays: DataFrame) -> DataFrame:
    """Each listener's first and last play, count, and a hash that changes with any change of their plays."""
    return plays.groupBy("user_bucket", "username").agg(
        F.min("played_at").alias("first_played_at"),
        F.max("played_at").alias("last_played_at"),
        F.count("*").alias("play_count"),
        F.bit_xor(F.xxhash64("played_at", "track_id")).alias("plays_hash"),
    )


def build(plays: DataFrame, *, as_of: datetime, computed_at: datetime) -> DataFrame:
    """half_life_days = max(listening_span_days / 10, 30). `built_from` is a hash of plays and `as_of`."""
    spans = summarised(plays).withColumns(
        {"listening_span_days": days_between("first_played_at", "last_played_at"), "as_of": F.lit(as_of)}
    )
    tenth = F.col("listening_span_days") / SPAN_PER_HALF_LIFE
    built_from = F.lower(F.hex(F.xxhash64("plays_hash", "play_count", F.unix_micros("as_of"))))
    return conform(
        spans.withColumns(
            {
                "half_life_days": F.greatest(tenth, F.lit(SHORTEST_HALF_LIFE_DAYS)),
                "built_from": built_from,
                "computed_at": F.lit(computed_at),
            }
        ),
        TABLE,
    )
