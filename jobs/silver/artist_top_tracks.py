"""silver.artist_top_tracks: one row per artist and track of theirs, by how much it is played."""

from pyspark.sql import types as T

from jobs.lake import Table, column

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
        ]
    ),
)
