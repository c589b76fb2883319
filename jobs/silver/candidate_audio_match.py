"""silver.candidate_audio_match: one row per listener and unplayed track that sounds like what they play."""

from datetime import datetime

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.candidates import KEPT_PER_LISTENER, best_candidates, candidate_table
from jobs.columns import EXACT
from jobs.lake import column
from jobs.likeness import WEIGHTS, best_known, likeness, unit
from jobs.taste import LISTENER

NEAR_FEATURE = T.StructType(
    [
        T.StructField("name", T.StringType()),
        T.StructField("value", T.DoubleType()),
        T.StructField("yours", T.DoubleType()),
    ]
)
TABLE = candidate_table(
    "audio_match",
    reads=("gold.track_play_count", "silver.audio_features"),
    needs=("silver.audio_features",),
    reason=T.StructType(
        [
            column("features", T.ArrayType(NEAR_FEATURE)),
            column("likeness", T.DoubleType()),
            column("genre", T.StringType(), nullable=True),
            column("nearest_track_id", T.StringType()),
            column("nearest_track_name", T.StringType()),
            column("nearest_artist_name", T.StringType()),
        ]
    ),
)
NAMES = ("track_id", "track_name", "artist_id", "artist_name", "album_name")
SOUNDS = (*NAMES, *WEIGHTS)
SAME_GENRE = 1.2
FEATURES_TOLD = 3
# The nearest own track is looked for only among this many that count most in the profile.
OWN_COMPARED = 50


def build(track_play_count: DataFrame, audio_features: DataFrame, *, generated_at: datetime) -> DataFrame:
    """score = likeness(track, profile), times 1.2 if the track has the listener's genre; over unplayed tracks.

    The profile is the mean of each feature over the played tracks, weighted by recency_score; the listener's genre is
    the one with the most recency_score, ties by name. For the likeness see jobs/likeness.py.
    """
    own = _own_tracks(track_play_count, audio_features)
    profiles = _profiles(own)
    scored = _scored(_proposable(audio_features), profiles)
    # Excludes also tracks played too long ago to count in the profile.
    played = track_play_count.select(*LISTENER, "track_id")
    unplayed = scored.join(played, on=[*LISTENER, "track_id"], how="left_anti")
    by_score = Window.partitionBy(*LISTENER).orderBy(F.desc("score"), "track_id")
    best = unplayed.withColumn("place", F.row_number().over(by_score)).where(F.col("place") <= KEPT_PER_LISTENER)
    described = best.drop("place").join(audio_features.select(*SOUNDS), on="track_id", how="inner")
    compared = described.join(F.broadcast(profiles), on=LISTENER, how="inner").join(
        F.broadcast(_compared(own)), on=LISTENER, how="inner"
    )
    explained = compared.withColumn("nearest", _nearest()).select(
        *LISTENER, *NAMES, "score", _reason().alias("reason"), F.lit(generated_at).alias("generated_at")
    )
    return best_candidates(explained, TABLE)


def _own_tracks(track_play_count: DataFrame, audio_features: DataFrame) -> DataFrame:
    """The played tracks whose features are known, with `weight`: recency_score divided by the listener's largest."""
    played = track_play_count.select(*LISTENER, "track_id", "track_name", "artist_name", "recency_score")
    known = audio_features.select("track_id", "genres", *WEIGHTS)
    largest = F.max("recency_score").over(Window.partitionBy(*LISTENER))
    weight = F.try_divide(F.col("recency_score"), largest).cast(EXACT)
    return played.join(known, on="track_id", how="inner").withColumn("weight", weight).where("weight > 0")


def _profiles(own: DataFrame) -> DataFrame:
    """Each listener's mean features as `mean_…`, these as a unit vector `own_unit`, and their genre as `own_genre`."""
    means = own.groupBy(*LISTENER).agg(*(_weighed_mean(feature).alias(f"mean_{feature}") for feature in WEIGHTS))
    by_genre = own.select(*LISTENER, F.explode("genres").alias("genre"), "weight").groupBy(*LISTENER, "genre")
    heaviest = F.struct((-F.col("weight")).alias("lighter"), "genre")
    genres = (
        by_genre.agg(F.sum("weight").alias("weight"))
        .groupBy(*LISTENER)
        .agg(F.min(heaviest)["genre"].alias("own_genre"))
    )
    own_unit = unit(lambda feature: F.col(f"mean_{feature}"))
    return means.withColumn("own_unit", own_unit).join(genres, on=LISTENER, how="left")


def _weighed_mean(feature: str) -> Column:
    total = F.sum((F.col("weight").cast("double") * F.col(feature)).cast(EXACT)).cast("double")
    return total / F.sum("weight").cast("double")


def _proposable(audio_features: DataFrame) -> DataFrame:
    sounds = (
        best_known(audio_features).select("track_id", "genres", unit(F.col).alias("unit")).where("unit IS NOT NULL")
    )
    # The result of a limit is a single partition, and one core would compare all of it with every listener.
    return sounds.repartition("track_id")


def _scored(proposable: DataFrame, profiles: DataFrame) -> DataFrame:
    everybody = F.broadcast(profiles.select(*LISTENER, "own_unit", "own_genre"))
    is_same = F.coalesce(F.array_contains("genres", F.col("own_genre")), F.expr("false"))
    alike = likeness(F.col("unit"), F.col("own_unit"))
    return proposable.crossJoin(everybody).select(
        *LISTENER,
        "track_id",
        "unit",
        alike.alias("likeness"),
        (alike * F.when(is_same, SAME_GENRE).otherwise(1.0)).alias("score"),
        F.when(is_same, F.col("own_genre")).alias("genre"),
    )


def _compared(own: DataFrame) -> DataFrame:
    """For each listener, the own tracks that count most in their profile, as the array `compared`."""
    by_weight = Window.partitionBy(*LISTENER).orderBy(F.desc("weight"), "track_id")
    first = own.withColumn("place", F.row_number().over(by_weight)).where(F.col("place") <= OWN_COMPARED)
    sound = F.struct("track_id", "track_name", "artist_name", unit(F.col).alias("unit"))
    return first.groupBy(*LISTENER).agg(F.sort_array(F.collect_list(sound)).alias("compared"))


def _nearest() -> Column:
    """The one of the `compared` own tracks that is most like the candidate; ties by track_id."""

    def at(own: Column) -> Column:
        named = (own[name].alias(name) for name in ("track_id", "track_name", "artist_name"))
        return F.struct((-likeness(F.col("unit"), own["unit"])).alias("unlike"), *named)

    return F.array_min(F.transform("compared", at))


def _reason() -> Column:
    """The three features that add most to the likeness, by weight · (1 - difference), the largest first."""
    near = [
        F.struct(
            (-weight * (1 - F.abs(F.col(name) - F.col(f"mean_{name}")))).alias("order"),
            F.lit(name).alias("name"),
            F.col(name).alias("value"),
            F.col(f"mean_{name}").alias("yours"),
        )
        for name, weight in WEIGHTS.items()
    ]
    told = F.slice(F.sort_array(F.array(*near)), 1, FEATURES_TOLD)
    return F.struct(
        F.transform(told, lambda one: F.struct(one["name"], one["value"], one["yours"])).alias("features"),
        "likeness",
        "genre",
        *(F.col("nearest")[name].alias(f"nearest_{name}") for name in ("track_id", "track_name", "artist_name")),
    )
