"""silver.tag_top_tracks: one row per tag and track that carries it, best first."""

from pyspark.sql import types as T

from jobs.lake import Table, column

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
        ]
    ),
)
