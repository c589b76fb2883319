"""silver.artist_aliases: one row per artist name that a person declared to stand for another artist."""

from pyspark.sql import types as T

from jobs.lake import Table, column

TABLE = Table(
    name="silver.artist_aliases",
    reads=(),
    key=("artist_id",),
    schema=T.StructType(
        [
            column("artist_id", T.StringType()),
            column("artist_name", T.StringType()),
            column("into_artist_id", T.StringType()),
            column("into_artist_name", T.StringType()),
            column("made_at", T.TimestampType()),
        ]
    ),
)
