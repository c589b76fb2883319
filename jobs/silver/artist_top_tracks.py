"""silver.artist_top_tracks: one row per artist and track, ranked by how much it is played."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.facts import kept
from jobs.lake import Table, column
from jobs.questions import TOP_TRACKS
from jobs.told import newest, told_at

TABLE = Table(
    name="silver.artist_top_tracks",
    reads=(),
    key=("artist_id", "track_id"),
    schema=T.StructType(
        [
            column("artist_id", T.StringType()),
            column("track_id", T.StringType()),
            column("track_name", T.StringType()),
            column("rank", T.IntegerType()),
            column("listeners", T.LongType(), nullable=True),
            column("playcount", T.LongType(), nullable=True),
            column("source", T.StringType()),
            column("fetched_at", T.TimestampType()),
            told_at("track_name", "rank", "listeners", "playcount", "source"),
        ]
    ),
)


def build(facts: DataFrame) -> DataFrame:
    """The tracks that artist.getTopTracks lists; one that it no longer lists stays, with the date of its last page."""
    listed = kept(facts, TOP_TRACKS).select(
        "artist_id",
        "track_id",
        "track_name",
        F.col("place").alias("rank"),
        "listeners",
        "playcount",
        "source",
        "fetched_at",
    )
    return newest(listed, TABLE)
