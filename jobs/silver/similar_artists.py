"""silver.similar_artists: one row per artist and artist near it; the nearest has the match 1."""

from pyspark.sql import types as T

from jobs.lake import Table, column

TABLE = Table(
    name="silver.similar_artists",
    reads=(),
    key=("artist_id", "similar_artist_id"),
    schema=T.StructType(
        [
            column("artist_id", T.StringType()),
            column("similar_artist_id", T.StringType()),
            column("similar_artist_name", T.StringType()),
            column("similar_artist_mbid", T.StringType(), nullable=True),
            column("match", T.DoubleType()),
            column("source", T.StringType()),
            column("fetched_at", T.TimestampType()),
        ]
    ),
)
