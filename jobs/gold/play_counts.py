"""Shared by gold's two play counts: counting a listener's plays by artist or by track, with recency."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.columns import decayed
from jobs.lake import column

WHOSE = [column("username", T.StringType()), column("user_bucket", T.IntegerType())]
COUNTED = [
    column("play_count", T.LongType()),
    column("first_played_at", T.TimestampType()),
    column("last_played_at", T.TimestampType()),
    column("recency_score", T.DoubleType()),
    column("recency_score_normalized", T.DoubleType()),
    column("as_of", T.TimestampType()),
]


def counted(plays: DataFrame, dim_users: DataFrame, by: list[str], *names: Column) -> DataFrame:
    """Plays counted by these columns; recency_score is the sum of exp(-days ago / half-life) over them.

    Recency is as of the listener's `as_of` in dim_users, so a build that was killed resumes with the same time.
    """
    fading = dim_users.select("user_bucket", "username", "half_life_days", "as_of")
    decaying = plays.join(F.broadcast(fading), on=["user_bucket", "username"], how="inner")
    sums = decaying.groupBy("user_bucket", "username", "as_of", *by).agg(
        F.count("*").alias("play_count"),
        F.min("played_at").alias("first_played_at"),
        F.max("played_at").alias("last_played_at"),
        F.sum(decayed("played_at", "half_life_days", "as_of")).cast("double").alias("recency_score"),
        *names,
    )
    return sums.withColumn("recency_score_normalized", F.col("recency_score") / F.col("play_count"))
