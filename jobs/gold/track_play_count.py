"""gold.track_play_count: one row per listener and track, with how recent its plays are."""

from pyspark.sql import DataFrame
from pyspark.sql import types as T

from jobs.columns import most_frequent
from jobs.gold.play_counts import COUNTED, WHOSE, counted
from jobs.lake import Table, column, conform

NAMES = ("track_name", "artist_name", "album_name")
TABLE = Table(
    name="gold.track_play_count",
    reads=("silver.plays", "silver.dim_users"),
    key=("username", "track_id"),
    partition_by=("user_bucket",),
    schema=T.StructType(
        [
            *WHOSE,
            column("track_id", T.StringType()),
            column("track_name", T.StringType()),
            column("artist_id", T.StringType()),
            column("artist_name", T.StringType()),
            column("album_name", T.StringType(), nullable=True),
            *COUNTED,
        ]
    ),
)


def build(plays: DataFrame, dim_users: DataFrame) -> DataFrame:
    """Each listener's tracks, with the spellings that are most frequent in their plays."""
    spellings = (most_frequent(name).alias(name) for name in NAMES)
    return conform(counted(plays, dim_users, ["track_id", "artist_id"], *spellings), TABLE)
