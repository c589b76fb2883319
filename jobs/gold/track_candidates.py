"""gold.track_candidates: one row per listener and track that any strategy proposes, with every reason."""

from datetime import datetime
from functools import reduce

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.candidates import PROPOSED_TRACK
from jobs.lake import Table, column, conform
from jobs.strategies import MODULES, STRATEGIES
from jobs.tags import TAGS
from jobs.unwanted import without_unwanted

# The facts are JSON text, since they differ by strategy: each declares its own in its table.
REASON = T.StructType(
    [
        T.StructField("strategy", T.StringType()),
        T.StructField("score_normalized", T.DoubleType()),
        T.StructField("facts", T.StringType()),
    ]
)
TABLE = Table(
    name="gold.track_candidates",
    reads=(*(module.TABLE.name for module in MODULES.values()), "silver.tracks", "silver.artists", "silver.feedback"),
    key=("username", "track_id"),
    partition_by=("user_bucket",),
    schema=T.StructType(
        [
            *PROPOSED_TRACK,
            *(column(strategy, T.BooleanType()) for strategy in STRATEGIES),
            column("score", T.DoubleType()),
            column("strategies", T.IntegerType()),
            column("reasons", T.ArrayType(REASON)),
            column("listeners", T.LongType(), nullable=True),
            column("tags", TAGS),
            column("generated_at", T.TimestampType()),
        ]
    ),
)


def build(*frames: DataFrame, generated_at: datetime) -> DataFrame:
    """All strategies' candidates as one list: score = max(score_normalized), with a flag for each strategy.

    The frames are the strategies' tables, in their order, then silver.tracks, silver.artists and silver.feedback. A
    track without tags gets its artist's. What the listener does not want at `generated_at` is left out.
    """
    *candidates, tracks, artists, feedback = frames
    named = zip(STRATEGIES, candidates, strict=True)
    proposals = reduce(DataFrame.unionByName, (_proposals(name, rows) for name, rows in named))
    unified = proposals.groupBy("user_bucket", "username", "track_id").agg(
        *(_from_first(name) for name in ("track_name", "artist_id", "artist_name", "album_name")),
        F.max("score_normalized").alias("score"),
        F.array_sort(F.collect_list(F.struct("order", "score_normalized", "facts", "strategy"))).alias("told"),
    )
    told = F.transform("told", lambda one: F.struct(one["strategy"], one["score_normalized"], one["facts"]))
    wanted = without_unwanted(unified, feedback, generated_at)
    known = tracks.select("track_id", F.col("album_name").alias("known_album"), "listeners", "tags")
    by_artist = artists.select("artist_id", F.col("tags").alias("artist_tags"))
    described = wanted.join(known, on="track_id", how="left").join(by_artist, on="artist_id", how="left")
    return conform(
        described.withColumns(
            {
                **{name: F.array_contains("told.strategy", name) for name in STRATEGIES},
                "strategies": F.size("told"),
                "reasons": told,
                "album_name": F.coalesce("album_name", "known_album"),
                "tags": F.coalesce(_unless_empty("tags"), _unless_empty("artist_tags"), F.array().cast(TAGS)),
                "generated_at": F.lit(generated_at),
            }
        ).drop("told", "known_album", "artist_tags"),
        TABLE,
    )


def _proposals(strategy: str, rows: DataFrame) -> DataFrame:
    return rows.select(
        "user_bucket",
        "username",
        "track_id",
        "track_name",
        "artist_id",
        "artist_name",
        "album_name",
        "score_normalized",
        F.lit(strategy).alias("strategy"),
        F.lit(STRATEGIES.index(strategy)).alias("order"),
        F.to_json("reason").alias("facts"),
    )


def _from_first(name: str) -> Column:
    """The value from the strategy that comes first, which decides how a track is spelled."""
    return F.min_by(name, "order").alias(name)


def _unless_empty(name: str) -> Column:
    return F.when(F.size(name) > 0, F.col(name))
