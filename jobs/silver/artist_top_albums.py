"""silver.artist_top_albums: one row per artist and album of theirs, by how much it is played."""

from pyspark.sql import types as T

from jobs.lake import Table, column

TABLE = Table(
    name="silver.artist_top_albums",
    reads=(),
    key=("artist_id", "album_name"),
    schema=T.StructType(
        [
            column("artist_id", T.StringType()),
            column("album_name", T.StringType()),
            column("album_rank", T.IntegerType()),
            column("album_mbid", T.StringType(), nullable=True),
            column("playcount", T.LongType(), nullable=True),
            column("source", T.StringType()),
            column("fetched_at", T.TimestampType()),
        ]
    ),
)
