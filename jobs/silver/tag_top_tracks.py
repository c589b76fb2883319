"""silver.tag_top_tracks: one row per tag and track that has it, ranked from the best."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.facts import kept
from jobs.lake import Table, column
from jobs.questions import TAG_TRACKS
from jobs.told import newest, told_at

TABLE = Table(
    name="silver.tag_top_tracks",
    reads=(),
    key=("tag", "track_id"),
    schema=T.StructType(
        [
            column("tag", T.StringType()),
            column("track_id", T.StringType()),
            column("track_name", T.StringType()),
            column("artist_id", T.StringType()),
            column("artist_name", T.StringType()),
            column("rank", T.IntegerType()),
            column("source", T.StringType()),
            column("fetched_at", T.TimestampType()),
            told_at("track_name", "artist_id", "artist_name", "rank", "source"),
        ]
    ),
)


def build(facts: DataFrame) -> DataFrame:
    """The tracks that tag.getTopTracks lists; one that it no longer lists stays, with the date of its last page."""
    listed = kept(facts, TAG_TRACKS).select(
        "tag",
        "track_id",
        "track_name",
        F.col("row_artist_id").alias("artist_id"),
        F.col("row_artist_name").alias("artist_name"),
        F.col("place").alias("rank"),
        "source",
        "fetched_at",
    )
    return newest(listed, TABLE)
