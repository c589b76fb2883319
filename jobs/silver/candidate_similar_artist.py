"""silver.candidate_similar_artist: one row per listener and unplayed track by an artist similar to their own."""

from datetime import datetime

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.candidates import best_candidates, candidate_table
from jobs.columns import EXACT, popularity, track_id
from jobs.lake import column
from jobs.taste import LISTENER, tastes

TABLE = candidate_table(
    "similar_artist",
    reads=(
        "gold.artist_play_count",
        "gold.track_play_count",
        "silver.similar_artists",
        "silver.artists",
        "silver.artist_top_tracks",
        "silver.community_similar_artists",
    ),
    needs=("silver.artist_top_tracks",),
    reason=T.StructType(
        [
            column("seed_artist_id", T.StringType()),
            column("seed_artist_name", T.StringType()),
            column("match", T.DoubleType()),
            column("seed_play_count", T.LongType()),
            column("further_seeds", T.IntegerType()),
        ]
    ),
)
TRACKS_PER_ARTIST = 10
# A match of 1.0 only means "the nearest of all", which every artist has.
LARGEST_MATCH = 0.9
# Artists that very many list as similar are near to none in particular. The 3 dampens this for rarely listed ones.
HUB_FLOOR = 3
# `Miles Davis & Robert Glasper` is no discovery for somebody who plays Miles Davis.
LEAD_ENDS = r" feat| ft| & | and | with | x | vs|, | \+ "


def build(  # noqa: PLR0917 (the frames that TABLE.reads names)
    artist_play_count: DataFrame,
    track_play_count: DataFrame,
    similar_artists: DataFrame,
    artists: DataFrame,
    artist_top_tracks: DataFrame,
    community_similar_artists: DataFrame,
    *,
    generated_at: datetime,
) -> DataFrame:
    """score = near(artist) * popularity(track), over the unplayed ones of every near artist's ten top tracks."""
    similar = with_the_community(similar_artists, community_similar_artists)
    near = nearness(artist_play_count, similar, artists)
    is_own = F.col("track_id") == track_id("track_name", "artist_id")
    tops = artist_top_tracks.where(is_own & (F.col("rank") <= TRACKS_PER_ARTIST))
    tracks = tops.select("artist_id", "track_id", "track_name", popularity("listeners").alias("popularity"))
    played = track_play_count.select(*LISTENER, "track_id")
    proposed = near.join(tracks, on="artist_id", how="inner").withColumn("score", F.col("near") * F.col("popularity"))
    unplayed = proposed.where("score > 0").join(played, on=[*LISTENER, "track_id"], how="left_anti")
    scored = unplayed.select(
        "username",
        "user_bucket",
        "track_id",
        "track_name",
        "artist_id",
        "artist_name",
        F.lit(None).cast("string").alias("album_name"),
        "score",
        "reason",
        F.lit(generated_at).alias("generated_at"),
    )
    return best_candidates(scored, TABLE)


def nearness(artist_play_count: DataFrame, similar_artists: DataFrame, artists: DataFrame) -> DataFrame:
    """Each listener's near artists with `near` and the reason.

    near(b) = sum over played artists a of taste(a) * least(match(a, b), 0.9), divided by sqrt(3 + the number of artists
    that list b), times 1 - familiarity(b).
    """
    seeds = tastes(artist_play_count)
    pulls = seeds.join(_pairs(similar_artists, artists), on="artist_id", how="inner").withColumns(
        {
            "pull": (F.col("taste") * F.least("match", F.lit(LARGEST_MATCH))).cast(EXACT),
            "order": F.struct(-F.col("taste") * F.col("match"), "artist_id"),
        }
    )
    pulled = pulls.groupBy(*LISTENER, "similar_artist_id", "hub").agg(
        F.sum("pull").cast("double").alias("pull"),
        (F.count("*") - 1).cast("int").alias("further_seeds"),
        F.min_by(F.struct("artist_id", "artist_name", "match", "play_count", "similar_artist_name"), "order").alias(
            "seed"
        ),
    )
    known = seeds.select(*LISTENER, F.col("artist_id").alias("similar_artist_id"), "familiarity")
    unfamiliar = 1 - F.coalesce("familiarity", F.lit(0.0))
    return pulled.join(known, on=[*LISTENER, "similar_artist_id"], how="left").select(
        *LISTENER,
        F.col("similar_artist_id").alias("artist_id"),
        F.col("seed.similar_artist_name").alias("artist_name"),
        (F.col("pull") / F.col("hub") * unfamiliar).alias("near"),
        F.struct(
            F.col("seed.artist_id").alias("seed_artist_id"),
            F.col("seed.artist_name").alias("seed_artist_name"),
            F.col("seed.match").alias("match"),
            F.col("seed.play_count").alias("seed_play_count"),
            "further_seeds",
        ).alias("reason"),
    )


def with_the_community(similar_artists: DataFrame, community_similar_artists: DataFrame) -> DataFrame:
    """The similar artists that providers list; for artists without any, those that the community's people also play."""
    pair = ["artist_id", "similar_artist_id", "similar_artist_name", "similar_artist_mbid", "match"]
    learned = community_similar_artists.withColumn("similar_artist_mbid", F.lit(None).cast("string")).select(*pair)
    unlisted = learned.join(similar_artists.select("artist_id"), on="artist_id", how="left_anti")
    return similar_artists.select(*pair).unionByName(unlisted)


def hub(listed: Column) -> Column:
    """What nearness to an artist is divided by: sqrt(3 + the number of artists that list it as similar)."""
    return F.sqrt(listed + HUB_FLOOR)


def _pairs(similar_artists: DataFrame, artists: DataFrame) -> DataFrame:
    """Pairs of similar artists, without variants of one artist, with the `hub` of the similar one."""
    listed = similar_artists.groupBy("similar_artist_id").agg(hub(F.count_distinct("artist_id")).alias("hub"))
    own = artists.select("artist_id", F.col("artist_mbid").alias("own_mbid"))
    same_mbid = F.equal_null(F.col("own_mbid"), F.col("similar_artist_mbid")) & F.col("own_mbid").isNotNull()
    same_lead = _lead("artist_id") == _lead("similar_artist_id")
    return (
        similar_artists.join(own, on="artist_id", how="left")
        .where(~same_mbid & ~same_lead)
        .join(listed, on="similar_artist_id", how="inner")
        .select("artist_id", "similar_artist_id", "similar_artist_name", "match", "hub")
    )


def _lead(artist_id: str) -> Column:
    """The first artist in a canonical name: without `the`, up to the first word that joins another name to it."""
    return F.split(F.regexp_replace(artist_id, "^the ", ""), LEAD_ENDS, 2)[0]
