"""gold.evaluation: one row per evaluation, cut, target, ranking, metric, list length k and ranking compared against."""

from pyspark.sql import types as T

from jobs.lake import Table, column

TABLE = Table(
    name="gold.evaluation",
    reads=("silver.plays", "silver.feedback", "silver.community_plays"),
    key=("evaluated_at", "cut", "target", "ranking", "metric", "k", "against"),
    schema=T.StructType(
        [
            column("evaluated_at", T.TimestampType()),
            # The day of the cut, or "all" for all cuts together.
            column("cut", T.StringType()),
            column("days", T.IntegerType()),
            column("target", T.StringType()),
            column("ranking", T.StringType()),
            column("metric", T.StringType()),
            column("k", T.IntegerType()),
            column("against", T.StringType()),
            column("value", T.DoubleType()),
            column("low", T.DoubleType()),
            column("high", T.DoubleType()),
            column("listeners", T.IntegerType()),
        ]
    ),
)
