"""silver.tracks: one row per known track, with the facts about it."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.facts import ABOUT_TRACKS, by_method, kept, telling
from jobs.lake import Table, column, conform
from jobs.questions import ALBUM_INFO, TAG_TRACKS, TOP_TRACKS, TRACK_INFO, TRACK_TAGS
from jobs.refusals import from_one_of
from jobs.silver.album_tracks import first_albums
from jobs.tags import TAGS, top_tags
from jobs.told import best, tellings, told_at

TABLE = Table(
    name="silver.tracks",
    reads=("silver.album_tracks",),
    key=("track_id",),
    schema=T.StructType(
        [
            column("track_id", T.StringType()),
            column("track_name", T.StringType()),
            column("artist_id", T.StringType()),
            column("artist_name", T.StringType()),
            column("album_name", T.StringType(), nullable=True),
            column("track_mbid", T.StringType(), nullable=True),
            column("duration_ms", T.LongType(), nullable=True),
            column("listeners", T.LongType(), nullable=True),
            column("playcount", T.LongType(), nullable=True),
            column("tags", TAGS),
            column("url", T.StringType(), nullable=True),
            column("source", T.StringType()),
            column("fetched_at", T.TimestampType()),
            told_at(
                "track_name",
                "artist_id",
                "artist_name",
                "track_mbid",
                "duration_ms",
                "listeners",
                "playcount",
                "tags",
                "url",
                "source",
            ),
        ]
    ),
)
# Order of authority: a track's own pages, then lists that contain it, then the spelling in a question about it.
SOURCES = (TRACK_INFO, TRACK_TAGS, TOP_TRACKS, TAG_TRACKS, ALBUM_INFO)
AUTHORITY = {method: place for place, method in enumerate(SOURCES)}
ASKED = len(AUTHORITY)
# Among pages about the same subject the newest is right; among tags and albums that list a track, none is.
NEWEST_WINS = (TRACK_INFO, TRACK_TAGS, TOP_TRACKS)


def build(facts: DataFrame, album_tracks: DataFrame, album_tracks_before: DataFrame) -> DataFrame:
    """The facts on tracks from the pages, and the best ranked album of those in `album_tracks`, this run's changes."""
    told = _listed(facts).unionByName(_tagged(facts)).unionByName(_asked(facts)).unionByName(_on_albums(album_tracks))
    known = best(told, TABLE).withColumn("tags", F.coalesce("tags", F.array().cast(TAGS)))
    albums = first_albums(album_tracks, album_tracks_before)
    return conform(known.join(albums, on="track_id", how="left"), TABLE)


def _listed(facts: DataFrame) -> DataFrame:
    own = ("track_id", "track_name", "duration_ms", "listeners", "playcount", "source", "fetched_at", "method")
    is_tag = from_one_of(TRACK_TAGS)
    rows = telling(facts, *SOURCES).where("track_id IS NOT NULL")
    listed = rows.select(
        *own,
        F.col("row_artist_id").alias("artist_id"),
        F.col("row_artist_name").alias("artist_name"),
        F.when(~is_tag, F.col("mbid")).alias("track_mbid"),
        F.when(~is_tag, F.col("url")).alias("url"),
    )
    return tellings(listed, TABLE, by_method(AUTHORITY), newest_wins=from_one_of(*NEWEST_WINS))


def _tagged(facts: DataFrame) -> DataFrame:
    rows = top_tags(kept(facts, TRACK_TAGS), "batch_id", "track_id", "source", "fetched_at")
    return tellings(rows, TABLE, F.lit(0), newest_wins=F.expr("true"))


def _asked(facts: DataFrame) -> DataFrame:
    asked = telling(facts, *ABOUT_TRACKS).select(
        "track_id",
        "artist_id",
        "source",
        "fetched_at",
        F.col("asked_track").alias("track_name"),
        F.col("asked_artist").alias("artist_name"),
    )
    return tellings(asked, TABLE, F.lit(ASKED), newest_wins=F.expr("false"))


def _on_albums(album_tracks: DataFrame) -> DataFrame:
    """The values from the albums, needed so that a track's row is complete even if only an album's rank is new."""
    rows = album_tracks.select(
        "track_id",
        "track_name",
        F.col("track_artist_id").alias("artist_id"),
        F.col("track_artist_name").alias("artist_name"),
        "source",
        "fetched_at",
    )
    return tellings(rows, TABLE, F.lit(AUTHORITY[ALBUM_INFO]), newest_wins=F.expr("false"))
