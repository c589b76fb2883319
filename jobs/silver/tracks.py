"""silver.tracks: one row per track that is known, with what is known of it."""

from pyspark.sql import types as T

from jobs.lake import Table, column
from jobs.tags import TAGS

TABLE = Table(
    name="silver.tracks",
    reads=(),
    key=("track_id",),
    schema=T.StructType(
        [
            column("track_id", T.StringType()),
            column("track_name", T.StringType()),
            column("artist_id", T.StringType()),
            column("artist_name", T.StringType()),
            column("album_name", T.StringType(), nullable=True),
            column("track_mbid", T.StringType(), nullable=True),
            column("duration_ms", T.LongType(), nullable=True),
            column("listeners", T.LongType(), nullable=True),
            column("playcount", T.LongType(), nullable=True),
            column("tags", TAGS),
            column("url", T.StringType(), nullable=True),
            column("source", T.StringType()),
            column("fetched_at", T.TimestampType()),
        ]
    ),
)
