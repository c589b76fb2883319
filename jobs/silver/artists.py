"""silver.artists: one row per known artist, with the facts about it."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.facts import by_method, kept, telling
from jobs.lake import Table, column, conform
from jobs.questions import (
    ALBUM_INFO,
    ARTIST_INFO,
    ARTIST_TAGS,
    METHODS,
    SIMILAR_ARTISTS,
    TAG_TRACKS,
    TOP_ALBUMS,
    TOP_TRACKS,
    TRACK_INFO,
)
from jobs.refusals import from_one_of
from jobs.tags import TAGS, top_tags
from jobs.told import best, tellings, told_at

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
            told_at(
                "artist_name",
                "artist_mbid",
                "listeners",
                "playcount",
                "tags",
                "url",
                "corrected_to",
                "source",
            ),
        ]
    ),
)
# Order of authority: an artist's own pages, then those that mention it, then the spelling in a question about it.
OWN_PAGES = (ARTIST_INFO, TOP_TRACKS, SIMILAR_ARTISTS, TOP_ALBUMS, ARTIST_TAGS)
MENTIONS = (SIMILAR_ARTISTS, TRACK_INFO, TAG_TRACKS, ALBUM_INFO)
OWN = {method: place for place, method in enumerate(OWN_PAGES)}
MENTIONED = {method: len(OWN) + place for place, method in enumerate(MENTIONS)}
ASKED = len(OWN) + len(MENTIONED)


def build(facts: DataFrame) -> DataFrame:
    """The facts on the artists that the pages are about, that they mention and that were asked for."""
    told = _of_themselves(facts).unionByName(_mentioned(facts)).unionByName(_tagged(facts)).unionByName(_asked(facts))
    known = best(told, TABLE)
    return conform(known.withColumn("tags", F.coalesce("tags", F.array().cast(TAGS))), TABLE)


def _of_themselves(facts: DataFrame) -> DataFrame:
    is_info = from_one_of(ARTIST_INFO)
    rows = telling(facts, *OWN_PAGES).select(
        "artist_id",
        "artist_name",
        F.when(is_info, F.col("mbid")).otherwise(F.col("row_artist_mbid")).alias("artist_mbid"),
        *(F.when(is_info, F.col(name)).alias(name) for name in ("listeners", "playcount", "url")),
        "corrected_to",
        "source",
        "fetched_at",
        "method",
    )
    return tellings(rows, TABLE, by_method(OWN), newest_wins=F.expr("true"))


def _mentioned(facts: DataFrame) -> DataFrame:
    """Artists that pages about others mention; a newer one of these pages is no more right than an older one."""
    is_similar = from_one_of(SIMILAR_ARTISTS)
    rows = kept(facts, *MENTIONS).select(
        F.when(is_similar, F.col("about")).otherwise(F.col("row_artist_id")).alias("artist_id"),
        F.when(is_similar, F.col("name")).otherwise(F.col("row_artist_name")).alias("artist_name"),
        F.when(is_similar, F.col("mbid")).otherwise(F.col("row_artist_mbid")).alias("artist_mbid"),
        F.when(is_similar, F.col("url")).alias("url"),
        "source",
        "fetched_at",
        "method",
    )
    return tellings(rows, TABLE, by_method(MENTIONED), newest_wins=F.expr("false"))


def _tagged(facts: DataFrame) -> DataFrame:
    rows = top_tags(kept(facts, ARTIST_TAGS), "batch_id", "artist_id", "source", "fetched_at")
    return tellings(rows, TABLE, F.lit(0), newest_wins=F.expr("true"))


def _asked(facts: DataFrame) -> DataFrame:
    rows = telling(facts, *METHODS).where("artist_id IS NOT NULL")
    asked = rows.select("artist_id", F.col("asked_artist").alias("artist_name"), "source", "fetched_at")
    return tellings(asked, TABLE, F.lit(ASKED), newest_wins=F.expr("false"))
