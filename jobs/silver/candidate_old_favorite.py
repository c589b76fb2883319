"""silver.candidate_old_favorite: one row per listener and track that they loved and have forgotten."""

from datetime import datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.candidates import best_candidates, candidate_table
from jobs.columns import decayed
from jobs.lake import column

TABLE = candidate_table(
    "old_favorite",
    reads=("gold.track_play_count", "silver.dim_users"),
    reason=T.StructType(
        [
            column("play_count", T.LongType()),
            column("first_played_at", T.TimestampType()),
            column("last_played_at", T.TimestampType()),
        ]
    ),
)
# Twice may be chance; three times is a choice.
FEWEST_PLAYS = 3
# A track is forgotten if its plays on average, and the last play alone, have less than this part of their weight.
FADED = 0.5


def build(track_play_count: DataFrame, dim_users: DataFrame, *, generated_at: datetime) -> DataFrame:
    """score = play_count * (1 - recency_score_normalized), over tracks played 3 times or more that have faded."""
    half_lives = dim_users.select("user_bucket", "username", "half_life_days")
    tracks = track_play_count.join(F.broadcast(half_lives), on=["user_bucket", "username"], how="inner")
    loved = F.col("play_count") >= FEWEST_PLAYS
    faded = F.col("recency_score_normalized") < FADED
    forgotten = decayed("last_played_at", "half_life_days", "as_of") < FADED
    favourites = tracks.where(loved & faded & forgotten)
    scored = favourites.select(
        "username",
        "user_bucket",
        "track_id",
        "track_name",
        "artist_id",
        "artist_name",
        "album_name",
        (F.col("play_count") * (1 - F.col("recency_score_normalized"))).alias("score"),
        F.struct("play_count", "first_played_at", "last_played_at").alias("reason"),
        F.lit(generated_at).alias("generated_at"),
    )
    return best_candidates(scored, TABLE)
