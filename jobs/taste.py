"""How much each artist means to each listener: used by several strategies, and to choose what to fetch."""

from collections.abc import Callable

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

LISTENER = ["user_bucket", "username"]


def tastes(artist_play_count: DataFrame, root: Callable[[Column], Column] = F.sqrt) -> DataFrame:
    """Each listener's artists with `taste`, `mild_taste` and `familiarity`, all 0..1.

    taste = (sqrt(play_count) / its largest + sqrt(recency_score) / its largest) / 2, with the largest among the
    listener's artists; mild_taste is the same with fourth roots; familiarity = ln(1 + play_count) / its largest.
    `benchmarks.constants` tries other functions than the square `root`.
    """
    plays, recent = root(F.col("play_count")), root(F.col("recency_score"))
    return artist_play_count.select(
        *LISTENER,
        "artist_id",
        "artist_name",
        "play_count",
        "recency_score",
        ((_of_largest(plays) + _of_largest(recent)) / 2).alias("taste"),
        ((_of_largest(F.sqrt(plays)) + _of_largest(F.sqrt(recent))) / 2).alias("mild_taste"),
        _of_largest(F.log1p("play_count")).alias("familiarity"),
    )


def _of_largest(measure: Column) -> Column:
    """The measure divided by the listener's largest; 0 if all are 0, as recency is in a very old history."""
    largest = F.max(measure).over(Window.partitionBy(*LISTENER))
    return F.coalesce(F.try_divide(measure, largest), F.lit(0.0))
