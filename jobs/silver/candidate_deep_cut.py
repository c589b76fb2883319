"""silver.candidate_deep_cut: one row per listener and unplayed, little known track by an artist they love."""

from datetime import datetime

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.candidates import best_candidates, candidate_table
from jobs.columns import track_id
from jobs.lake import column
from jobs.taste import LISTENER

TABLE = candidate_table(
    "deep_cut",
    reads=("gold.artist_play_count", "gold.track_play_count", "silver.album_tracks", "silver.artist_top_tracks"),
    needs=("silver.album_tracks", "silver.artist_top_tracks"),
    reason=T.StructType(
        [
            column("album_name", T.StringType()),
            column("artist_play_count", T.LongType()),
            column("playcount", T.LongType(), nullable=True),
            column("artist_largest_playcount", T.LongType()),
            column("obscurity", T.DoubleType()),
        ]
    ),
)
LOVED_ARTISTS = 50
ALBUMS_PER_ARTIST = 10
CUTS_PER_ARTIST = 10
LEAST_OBSCURITY = 0.5
# A track that is not among the artist's top tracks is taken to have this part of the plays of the least listed one.
UNLISTED = 0.5


def build(
    artist_play_count: DataFrame,
    track_play_count: DataFrame,
    album_tracks: DataFrame,
    artist_top_tracks: DataFrame,
    *,
    generated_at: datetime,
) -> DataFrame:
    """score = artist_play_count * obscurity, over the ten most obscure unplayed album tracks of each loved artist."""
    played = track_play_count.select(*LISTENER, "track_id")
    cuts = (
        loved_artists(artist_play_count)
        .join(_obscure(album_tracks, artist_top_tracks), on="artist_id", how="inner")
        .join(played, on=[*LISTENER, "track_id"], how="left_anti")
    )
    most_obscure = Window.partitionBy(*LISTENER, "artist_id").orderBy(F.desc("obscurity"), "track_id")
    placed = cuts.withColumn("place", F.row_number().over(most_obscure)).where(F.col("place") <= CUTS_PER_ARTIST)
    scored = placed.select(
        "username",
        "user_bucket",
        "track_id",
        "track_name",
        "artist_id",
        "artist_name",
        "album_name",
        (F.col("artist_play_count") * F.col("obscurity")).alias("score"),
        F.struct("album_name", "artist_play_count", "playcount", "artist_largest_playcount", "obscurity").alias(
            "reason"
        ),
        F.lit(generated_at).alias("generated_at"),
    )
    return best_candidates(scored, TABLE)


def loved_artists(artist_play_count: DataFrame) -> DataFrame:
    """Each listener's 50 artists with the most plays."""
    most_played = Window.partitionBy(*LISTENER).orderBy(F.desc("play_count"), "artist_id")
    placed = artist_play_count.withColumn("place", F.row_number().over(most_played))
    return placed.where(F.col("place") <= LOVED_ARTISTS).select(
        *LISTENER, "artist_id", "artist_name", F.col("play_count").alias("artist_play_count")
    )


def _obscure(album_tracks: DataFrame, artist_top_tracks: DataFrame) -> DataFrame:
    """The artists' own album tracks with at most half as many plays as the artist's most played track.

    obscurity = 1 - playcount / the artist's largest playcount. Artists for whom that is 0 or unknown have no rows.
    """
    is_own = F.col("track_id") == track_id("track_name", "artist_id")
    own = album_tracks.where(is_own & (F.col("album_rank") <= ALBUMS_PER_ARTIST))
    cuts = own.groupBy("artist_id", "track_id").agg(
        F.min_by(F.struct("album_name", "track_name"), F.struct("album_rank", "album_name")).alias("on")
    )
    counted = artist_top_tracks.where(is_own & F.col("playcount").isNotNull())
    listed = counted.select("artist_id", "track_id", "playcount")
    ranges = listed.groupBy("artist_id").agg(
        F.max("playcount").alias("artist_largest_playcount"), F.min("playcount").alias("lowest_listed")
    )
    plays = F.coalesce(F.col("playcount").cast("double"), F.col("lowest_listed") * UNLISTED)
    measured = (
        cuts.join(ranges.where("artist_largest_playcount > 0"), on="artist_id", how="inner")
        .join(listed, on=["artist_id", "track_id"], how="left")
        .withColumn("obscurity", 1 - plays / F.col("artist_largest_playcount"))
    )
    return measured.where(F.col("obscurity") >= LEAST_OBSCURITY).select(
        "artist_id", "track_id", "on.*", "playcount", "artist_largest_playcount", "obscurity"
    )
