"""gold.artist_play_count: one row per listener and artist, with how recent its plays are."""

from pyspark.sql import DataFrame
from pyspark.sql import types as T

from jobs.columns import most_frequent
from jobs.gold.play_counts import COUNTED, WHOSE, counted
from jobs.lake import Table, column, conform

TABLE = Table(
    name="gold.artist_play_count",
    reads=("silver.plays", "silver.dim_users"),
    key=("username", "artist_id"),
    partition_by=("user_bucket",),
    schema=T.StructType([*WHOSE, column("artist_id", T.StringType()), column("artist_name", T.StringType()), *COUNTED]),
)


def build(plays: DataFrame, dim_users: DataFrame) -> DataFrame:
    """Each listener's artists, with the spelling that is most frequent in their plays."""
    return conform(counted(plays, dim_users, ["artist_id"], most_frequent("artist_name").alias("artist_name")), TABLE)
