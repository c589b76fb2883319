"""silver.candidate_collaborative: one row per listener and unplayed track that listeners like them listen to."""

from datetime import datetime

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.candidates import best_candidates, candidate_table
from jobs.collaborative.proposals import SEED, proposals
from jobs.columns import EXACT, popularity, track_id
from jobs.lake import column
from jobs.silver.community_items import ARTIST, TRACK
from jobs.silver.community_model import located
from jobs.taste import LISTENER, tastes

TABLE = candidate_table(
    "collaborative",
    reads=(
        "gold.artist_play_count",
        "gold.track_play_count",
        "silver.community_model",
        "silver.community_items",
        "silver.artist_top_tracks",
    ),
    needs=("silver.community_model",),
    reason=T.StructType([column("kind", T.StringType()), column("seeds", T.ArrayType(SEED))]),
)
# With ten tracks each, they can fill the listener's 1,000 rows.
ARTISTS_PROPOSED = 100
TRACKS_PROPOSED = 1_000
TRACKS_PER_ARTIST = 10


def build(
    artist_play_count: DataFrame,
    track_play_count: DataFrame,
    community_model: DataFrame,
    community_items: DataFrame,
    artist_top_tracks: DataFrame,
    *,
    generated_at: datetime,
) -> DataFrame:
    """score = affinity(artist) * popularity(track) + affinity(track), of unplayed tracks by unplayed artists, or any.

    An affinity is the model's score of the artist or track, divided by the listener's best score; 0 if there is no
    such model or the item is not in it. The listener's artists are weighted by mild_taste, their tracks all equally.
    The reason is that of the larger summand.
    """
    artists = community_items.where(F.col("kind") == ARTIST)
    played_artists = tastes(artist_play_count).select(
        *LISTENER, F.col("artist_id").alias("item_id"), F.col("mild_taste").alias("weight")
    )
    near = proposals(played_artists, artists, located(community_model, ARTIST), ARTISTS_PROPOSED)
    by_artist = _top_tracks(near.join(artists, on="item_index", how="inner"), artist_top_tracks)
    tracks = community_items.where(F.col("kind") == TRACK)
    played = track_play_count.select(*LISTENER, "track_id")
    played_tracks = played.select(*LISTENER, F.col("track_id").alias("item_id"), F.lit(1.0).alias("weight"))
    liked = proposals(played_tracks, tracks, located(community_model, TRACK), TRACKS_PROPOSED)
    by_track = _named(liked.join(tracks, on="item_index", how="inner"), TRACK, F.col("item_id"), "affinity")
    proposed = by_artist.unionByName(by_track).where("part > 0")
    unplayed = proposed.join(played, on=[*LISTENER, "track_id"], how="left_anti")
    scored = unplayed.groupBy(*LISTENER, "track_id", "artist_id").agg(
        F.sum(F.col("part").cast(EXACT)).cast("double").alias("score"),
        F.max_by("told", F.struct("part", "kind")).alias("told"),
    )
    return best_candidates(
        scored.select(
            *LISTENER,
            "track_id",
            "artist_id",
            F.col("told.track_name").alias("track_name"),
            F.col("told.artist_name").alias("artist_name"),
            F.lit(None).cast("string").alias("album_name"),
            "score",
            F.col("told.reason").alias("reason"),
            F.lit(generated_at).alias("generated_at"),
        ),
        TABLE,
    )


def _top_tracks(near: DataFrame, artist_top_tracks: DataFrame) -> DataFrame:
    """The artists' best known tracks, with part = the artist's affinity * the track's popularity."""
    is_own = F.col("track_id") == track_id("track_name", "artist_id")
    tops = artist_top_tracks.where(is_own & (F.col("rank") <= TRACKS_PER_ARTIST)).select(
        "artist_id", "track_id", "track_name", popularity("listeners").alias("popularity")
    )
    named = near.drop("track_name").join(tops, on="artist_id", how="inner")
    weighed = named.withColumn("part", F.col("affinity") * F.col("popularity"))
    return _named(weighed, ARTIST, F.col("track_id"), "part")


def _named(rows: DataFrame, kind: str, track: Column, part: str) -> DataFrame:
    reason = F.struct(F.lit(kind).alias("kind"), "seeds").alias("reason")
    return rows.select(
        *LISTENER,
        track.alias("track_id"),
        "artist_id",
        F.col(part).alias("part"),
        F.lit(kind).alias("kind"),
        F.struct("track_name", "artist_name", reason).alias("told"),
    )
