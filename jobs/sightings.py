"""Sightings: one row per play as one source reports it. A play has one or several sightings.

`tellers` are those who reported it: services, each of which reports a play once. The service behind a table in a file
is unknown, so each such file is a teller of its own.
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.columns import canonical, track_id, trimmed, user_bucket

SIGHTING = T.StructType(
    [
        T.StructField("source", T.StringType()),
        T.StructField("played_at", T.TimestampType()),
        T.StructField("precision_seconds", T.IntegerType()),
        T.StructField("track_id", T.StringType()),
        T.StructField("track_name", T.StringType()),
        T.StructField("artist_id", T.StringType()),
        T.StructField("artist_name", T.StringType()),
        T.StructField("album_name", T.StringType()),
        T.StructField("track_mbid", T.StringType()),
        T.StructField("artist_mbid", T.StringType()),
        T.StructField("ms_played", T.LongType()),
        T.StructField("batch_id", T.StringType()),
        T.StructField("ingested_at", T.TimestampType()),
        T.StructField("tellers", T.ArrayType(T.StringType())),
    ]
)
FIELDS = tuple(SIGHTING.fieldNames())
LISTENER = ("user_bucket", "username")
# Identifies a sighting: the same source cannot see one play twice.
KEY = (*LISTENER, "played_at", "track_id", "source")
OPTIONAL_TEXTS = (("album", "album_name"), ("track_mbid", "track_mbid"), ("artist_mbid", "artist_mbid"))
OPTIONAL = (*(name for _, name in OPTIONAL_TEXTS), "ms_played")
MINUTE = 60


def of_typed(typed_plays: DataFrame, buckets: int) -> DataFrame:
    """The accepted rows of typed plays."""
    accepted = typed_plays.where("refusal IS NULL").select(
        "username",
        user_bucket(buckets).alias("user_bucket"),
        "source",
        "played_at",
        precision("precision_seconds").alias("precision_seconds"),
        "track_id",
        "track_name",
        "artist_id",
        "artist_name",
        *(F.nullif(trimmed(name), F.lit("")).alias(to) for name, to in OPTIONAL_TEXTS),
        F.expr("try_cast(ms_played AS bigint)").alias("ms_played"),
        "batch_id",
        F.col("fetched_at").alias("ingested_at"),
        F.array("teller").alias("tellers"),
    )
    return accepted.withColumn("arrival", _arrival(is_new=1, follows=0))


def of_plays(plays: DataFrame) -> DataFrame:
    """The sightings behind plays, as they were reported: those in `seen`, or the row itself if there was only one."""
    tellers = F.coalesce("tellers", F.array("source")).alias("tellers")
    computed = {"precision_seconds": precision("precision_seconds").alias("precision_seconds"), "tellers": tellers}
    own = F.struct(*(computed.get(name, F.col(name)) for name in FIELDS))
    seen = F.coalesce("seen", F.array(own.cast(SIGHTING)))
    told = plays.select(*LISTENER, F.col("batch_id").alias("told_first"), F.explode(seen).alias("sighting"))
    follows = (F.col("sighting.batch_id") != F.col("told_first")).cast("int")
    flat = told.select(*LISTENER, "sighting.*", follows.alias("follows"))
    # In the plays an alias may have changed these ids.
    as_told = {"artist_id": canonical("artist_name"), "track_id": track_id("track_name", canonical("artist_name"))}
    return flat.withColumns(as_told).withColumn("arrival", _arrival(is_new=0, follows="follows")).drop("follows")


def distinct(sightings: DataFrame) -> DataFrame:
    """One row per sighting: of repeats the most complete, ties by its values, with the batch that came first."""
    unknown = sum((F.col(name).isNull().cast("int") for name in OPTIONAL), F.lit(0))
    told = ("track_name", "artist_name", "artist_id", *OPTIONAL, "precision_seconds")
    best = F.min(F.struct(unknown.alias("unknown"), *told)).alias("told")
    tellers = F.array_sort(F.array_distinct(F.flatten(F.collect_set("tellers")))).alias("tellers")
    found = sightings.groupBy(*KEY).agg(best, F.min("arrival").alias("arrival"), tellers)
    taken = found.select(*KEY, *(f"told.{name}" for name in told), "arrival", "tellers")
    return taken.withColumns({name: F.col(f"arrival.{name}") for name in ("batch_id", "ingested_at")})


def precision(name: str) -> Column:
    """Within how many seconds of `played_at` a play began: at least 60 if that is a whole minute, perhaps rounded."""
    is_whole_minute = F.unix_micros("played_at") % F.lit(MINUTE * 1_000_000) == 0
    return F.greatest(F.coalesce(name, F.lit(1)), F.when(is_whole_minute, MINUTE).otherwise(1))


def _arrival(*, is_new: int, follows: int | str) -> Column:
    """Sort key for which report came first: the lake's before new ones, and there a play's first before its others."""
    behind = F.col(follows) if isinstance(follows, str) else F.lit(follows)
    return F.struct(F.lit(is_new).alias("is_new"), behind.alias("follows"), "ingested_at", "batch_id")
