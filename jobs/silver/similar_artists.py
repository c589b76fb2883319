"""silver.similar_artists: one row per artist and similar artist; the most similar one has match 1."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.facts import kept
from jobs.lake import Table, column
from jobs.questions import SIMILAR_ARTISTS
from jobs.told import newest, told_at

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
            told_at("similar_artist_name", "similar_artist_mbid", "match", "source"),
        ]
    ),
)


def build(facts: DataFrame) -> DataFrame:
    """The artists that artist.getSimilar lists; one no longer listed stays, with the date of its last page."""
    listed = kept(facts, SIMILAR_ARTISTS).select(
        "artist_id",
        F.col("about").alias("similar_artist_id"),
        F.col("name").alias("similar_artist_name"),
        F.col("mbid").alias("similar_artist_mbid"),
        "match",
        "source",
        "fetched_at",
    )
    return newest(listed, TABLE)
