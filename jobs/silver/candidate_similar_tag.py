"""silver.candidate_similar_tag: one row per listener and unplayed top track of the tags that they play most."""

from datetime import datetime

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.candidates import best_candidates, candidate_table
from jobs.columns import EXACT
from jobs.lake import column
from jobs.taste import LISTENER

LISTING = T.StructType(
    [column("tag", T.StringType()), column("rank", T.IntegerType()), column("share", T.DoubleType())]
)
TABLE = candidate_table(
    "similar_tag",
    reads=("gold.track_play_count", "silver.tracks", "silver.artists", "silver.tag_top_tracks"),
    needs=("silver.tag_top_tracks",),
    reason=T.StructType([column("tags", T.ArrayType(LISTING))]),
)
TAGS_PER_LISTENER = 20
# A tag on fewer artists is some person's private word.
FEWEST_ARTISTS = 5
# Weights reach some hundred thousand plays times ln(a million) squared.
WEIGHT = T.DecimalType(30, 15)


def build(
    track_play_count: DataFrame,
    tracks: DataFrame,
    artists: DataFrame,
    tag_top_tracks: DataFrame,
    *,
    generated_at: datetime,
) -> DataFrame:
    """score = sum of share / log2(1 + rank), over those of the listener's 20 top tags that list the track."""
    tags = tag_shares(track_play_count, tracks, artists)
    played = track_play_count.select(*LISTENER, "track_id")
    listed = tags.join(
        tag_top_tracks.select("tag", "track_id", "track_name", "artist_id", "artist_name", "rank"),
        on="tag",
        how="inner",
    ).join(played, on=[*LISTENER, "track_id"], how="left_anti")
    strength = F.col("share") / F.log2(F.col("rank") + 1)
    order = F.struct((-strength).alias("strength"), "tag")
    summed = listed.groupBy(*LISTENER, "track_id").agg(
        F.min_by(F.struct("track_name", "artist_id", "artist_name"), order).alias("named"),
        F.sum(strength.cast(EXACT)).cast("double").alias("score"),
        F.array_sort(F.collect_list(F.struct((-strength).alias("order"), "tag", "rank", "share"))).alias("told"),
    )
    scored = summed.select(
        "username",
        "user_bucket",
        "track_id",
        "named.*",
        F.lit(None).cast("string").alias("album_name"),
        "score",
        F.struct(F.transform("told", lambda one: F.struct(one["tag"], one["rank"], one["share"])).alias("tags")).alias(
            "reason"
        ),
        F.lit(generated_at).alias("generated_at"),
    )
    return best_candidates(scored, TABLE)


def tag_shares(track_play_count: DataFrame, tracks: DataFrame, artists: DataFrame) -> DataFrame:
    """Each listener's 20 tags of largest weight with their `share` of all weights.

    weight = (sum of sqrt(play_count) over the played tracks with the tag) * idf², idf = ln(N / df), for N artists with
    tags, of which df have this one. A track without tags has its artist's. (By plain frequency everyone's profile would
    be "rock, pop, alternative".)
    """
    carried = _carried(track_play_count, tracks, artists).join(_idf(artists), on="tag", how="inner")
    weight = F.col("plays").cast("double") * rarity(F.col("idf"))
    weights = carried.select(*LISTENER, "tag", weight.cast(WEIGHT).alias("weight"))
    whole = F.sum("weight").over(Window.partitionBy(*LISTENER)).cast("double")
    place = F.row_number().over(Window.partitionBy(*LISTENER).orderBy(F.desc("weight"), "tag"))
    placed = weights.where("weight > 0").withColumns({"share": F.col("weight").cast("double") / whole, "place": place})
    return placed.where(F.col("place") <= TAGS_PER_LISTENER).select(*LISTENER, "tag", "share")


def _carried(track_play_count: DataFrame, tracks: DataFrame, artists: DataFrame) -> DataFrame:
    """For each listener and tag, the sum of sqrt(play_count) over the played tracks with the tag, as `plays`."""
    own = tracks.where(F.size("tags") > 0).select("track_id", F.col("tags.name").alias("own_tags"))
    played = track_play_count.join(own, on="track_id", how="left").withColumn("root", F.sqrt("play_count").cast(EXACT))
    from_tracks = played.where("own_tags IS NOT NULL").select(*LISTENER, F.explode("own_tags").alias("tag"), "root")
    by_artist = (
        played.where("own_tags IS NULL").groupBy(*LISTENER, "artist_id").agg(F.sum("root").cast(WEIGHT).alias("root"))
    )
    from_artists = by_artist.join(artists.select("artist_id", "tags"), on="artist_id", how="inner").select(
        *LISTENER, F.explode("tags.name").alias("tag"), "root"
    )
    both = from_tracks.withColumn("root", F.col("root").cast(WEIGHT)).unionByName(from_artists)
    return both.groupBy(*LISTENER, "tag").agg(F.sum("root").alias("plays"))


def rarity(idf: Column) -> Column:
    """How much more a tag counts for being rare: idf²."""
    return idf * idf


def _idf(artists: DataFrame) -> DataFrame:
    """The idf of each tag that enough artists have."""
    tagged = artists.where(F.size("tags") > 0).select("artist_id", F.array_distinct("tags.name").alias("names"))
    all_tagged = tagged.agg(F.count("*").alias("all_artists"))
    carriers = tagged.select(F.explode("names").alias("tag")).groupBy("tag").agg(F.count("*").alias("carriers"))
    common = carriers.where(F.col("carriers") >= FEWEST_ARTISTS).crossJoin(F.broadcast(all_tagged))
    return common.select("tag", F.log(F.col("all_artists") / F.col("carriers")).alias("idf"))
