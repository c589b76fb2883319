"""What the candidates of all strategies share: their columns, how they are ranked and how many are kept."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.lake import Table, column, conform

KEPT_PER_LISTENER = 1_000
# score_normalized = 60 / (59 + rank), reciprocal rank fusion with its customary constant: raw scores of different
# strategies have different scales, and a maximum over them would fill the list from the one with the most rows.
RANK_CONSTANT = 60.0


PROPOSED_TRACK = [
    column("username", T.StringType()),
    column("user_bucket", T.IntegerType()),
    column("track_id", T.StringType()),
    column("track_name", T.StringType()),
    column("artist_id", T.StringType()),
    column("artist_name", T.StringType()),
    column("album_name", T.StringType(), nullable=True),
]


def candidate_table(strategy: str, reads: tuple[str, ...], reason: T.StructType, needs: tuple[str, ...] = ()) -> Table:
    """The declaration of one strategy's table; strategies differ only in the facts in `reason`."""
    return Table(
        name=f"silver.candidate_{strategy}",
        reads=reads,
        needs=needs,
        key=("username", "track_id"),
        partition_by=("user_bucket",),
        schema=T.StructType(
            [
                *PROPOSED_TRACK,
                column("score", T.DoubleType()),
                column("score_normalized", T.DoubleType()),
                column("reason", reason),
                column("generated_at", T.TimestampType()),
            ]
        ),
    )


def best_candidates(scored: DataFrame, table: Table) -> DataFrame:
    """Each listener's best 1,000 rows, with `score_normalized` by rank; ties share a rank; the cut goes by track_id."""
    by_score = Window.partitionBy("user_bucket", "username").orderBy(F.desc("score"))
    by_place = Window.partitionBy("user_bucket", "username").orderBy(F.desc("score"), "track_id")
    ranked = scored.withColumns({"rank": F.rank().over(by_score), "place": F.row_number().over(by_place)})
    kept = ranked.where(F.col("place") <= KEPT_PER_LISTENER)
    normalized = F.lit(RANK_CONSTANT) / (RANK_CONSTANT - 1 + F.col("rank"))
    return conform(kept.withColumn("score_normalized", normalized).drop("rank", "place"), table)
