"""silver.artist_top_albums: one row per artist and album, ranked by how much it is played."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.facts import kept
from jobs.lake import Table, column
from jobs.questions import TOP_ALBUMS
from jobs.told import newest, told_at

TABLE = Table(
    name="silver.artist_top_albums",
    reads=(),
    # An album has one spelling at a time; `album_id` is its canonical name.
    key=("artist_id", "album_id"),
    schema=T.StructType(
        [
            column("artist_id", T.StringType()),
            column("album_id", T.StringType()),
            column("album_name", T.StringType()),
            column("album_rank", T.IntegerType()),
            column("album_mbid", T.StringType(), nullable=True),
            column("playcount", T.LongType(), nullable=True),
            column("source", T.StringType()),
            column("fetched_at", T.TimestampType()),
            told_at("album_name", "album_rank", "album_mbid", "playcount", "source"),
        ]
    ),
)


def build(facts: DataFrame) -> DataFrame:
    """The albums that artist.getTopAlbums lists; one that it no longer lists stays, with the date of its last page."""
    listed = kept(facts, TOP_ALBUMS).select(
        "artist_id",
        F.col("about").alias("album_id"),
        F.col("name").alias("album_name"),
        F.col("place").alias("album_rank"),
        F.col("mbid").alias("album_mbid"),
        "playcount",
        "source",
        "fetched_at",
    )
    return newest(listed, TABLE)
