"""silver.album_tracks: one row per artist, album of theirs and track on it."""

from pyspark.sql import types as T

from jobs.lake import Table, column

TABLE = Table(
    name="silver.album_tracks",
    reads=(),
    key=("artist_id", "album_name", "track_id"),
    schema=T.StructType(
        [
            column("artist_id", T.StringType()),
            column("album_name", T.StringType()),
            column("album_rank", T.IntegerType()),
            column("track_id", T.StringType()),
            column("track_name", T.StringType()),
            column("position", T.IntegerType(), nullable=True),
            column("source", T.StringType()),
            column("fetched_at", T.TimestampType()),
        ]
    ),
)
