"""silver.artists: one row per artist that is known, with what is known of it."""

from pyspark.sql import types as T

from jobs.lake import Table, column
from jobs.tags import TAGS

TABLE = Table(
    name="silver.artists",
    reads=(),
    key=("artist_id",),
    schema=T.StructType(
        [
            column("artist_id", T.StringType()),
            column("artist_name", T.StringType()),
            column("artist_mbid", T.StringType(), nullable=True),
            column("listeners", T.LongType(), nullable=True),
            column("playcount", T.LongType(), nullable=True),
            column("tags", TAGS),
            column("url", T.StringType(), nullable=True),
            column("corrected_to", T.StringType(), nullable=True),
            column("source", T.StringType()),
            column("fetched_at", T.TimestampType()),
        ]
    ),
)
