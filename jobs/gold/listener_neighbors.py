"""gold.listener_neighbors: one row per pair of listeners who opted in, and one per listener for the community.

The community's people have no names: in the row that sums them up `neighbor` is null.
"""

from datetime import datetime

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql import types as T
from pyspark.sql.window import WindowSpec

from jobs.columns import EXACT, most_frequent
from jobs.lake import Table, column, conform
from jobs.taste import LISTENER, tastes

ARTISTS = T.ArrayType(
    T.StructType(
        [
            T.StructField("artist_id", T.StringType()),
            T.StructField("artist_name", T.StringType()),
            T.StructField("weight", T.DoubleType()),
            T.StructField("people", T.LongType()),
        ]
    )
)
TABLE = Table(
    name="gold.listener_neighbors",
    reads=("gold.artist_play_count", "silver.community_plays"),
    key=("username", "neighbor"),
    partition_by=("user_bucket",),
    schema=T.StructType(
        [
            column("username", T.StringType()),
            column("user_bucket", T.IntegerType()),
            column("neighbor", T.StringType(), nullable=True),
            column("people", T.LongType()),
            column("similarity", T.DoubleType()),
            # The artists that contribute most to the similarity, and their share of it.
            column("common", ARTISTS),
            # Artists that only the neighbor plays, or only the listener, with how much they mean to the one, 0..1.
            column("theirs", ARTISTS),
            column("own", ARTISTS),
            column("computed_at", T.TimestampType()),
        ]
    ),
)
# How many of those who opted in, and of the community's people, are taken for a listener. With many people, some with
# fewer artists in common would be near by chance.
NEIGHBORS, PEOPLE_ASKED = 10, 20
FEWEST_IN_COMMON = 3
# An artist that fewer people of the community play could identify a person, so it is not shown.
FEWEST_TOLD_OF = 3
ARTISTS_TOLD = 10
PERSON = ["named", "person"]
PAIR = [*LISTENER, "neighbor"]
TASTE = ["artist_id", "artist_name", "taste"]


def build(artist_play_count: DataFrame, community_plays: DataFrame, *, computed_at: datetime) -> DataFrame:
    """similarity = sum over artists of t_u t_v / (|t_u| |t_v|), the cosine; for several people, its mean.

    t is jobs/taste.py's mild_taste; for the community, whose plays have no dates, it is the fourth root of the plays
    divided by the person's largest. `artist_play_count` must hold only listeners who opted in. After Breese, Heckerman
    and Kadie, UAI 1998 (vector similarity).
    """
    listeners = tastes(artist_play_count).select(
        F.expr("true").alias("named"),
        F.col("username").alias("person"),
        *LISTENER,
        *TASTE[:2],
        F.col("mild_taste").alias("taste"),
    )
    joined = _with_unit(listeners)
    everybody = joined.drop(*LISTENER).unionByName(_with_unit(_people(community_plays)))
    own = joined.select(*LISTENER, *TASTE, F.col("unit").alias("own_unit"))
    near = _nearest(own, everybody)
    told = _told(near, everybody, own).join(_own(near, own), on=PAIR, how="left")
    nothing = F.array().cast(ARTISTS)
    return conform(told.withColumns({"own": F.coalesce("own", nothing), "computed_at": F.lit(computed_at)}), TABLE)


def _people(community_plays: DataFrame) -> DataFrame:
    """The artists of each person of the community, with `taste`, 0..1."""
    person = F.col("listener_id").alias("person")
    played = community_plays.groupBy(F.expr("false").alias("named"), person, "artist_id").agg(
        F.sqrt(F.sqrt(F.sum("play_count"))).alias("root"), most_frequent("artist_name").alias("artist_name")
    )
    taste = F.col("root") / F.max("root").over(Window.partitionBy(*PERSON))
    return played.withColumn("taste", taste).drop("root")


def _with_unit(tasted: DataFrame) -> DataFrame:
    """Adds `unit`: the taste divided by the length of the person's taste vector."""
    squares = F.sum((F.col("taste") * F.col("taste")).cast(EXACT)).over(Window.partitionBy(*PERSON))
    return tasted.withColumn("unit", F.col("taste") / F.sqrt(squares.cast("double")))


def _nearest(own: DataFrame, everybody: DataFrame) -> DataFrame:
    """The people nearest to each listener, with their `nearness`; `neighbor` is null for the community's people."""
    theirs = everybody.select(*PERSON, "artist_id", "unit")
    shared = own.join(theirs, on="artist_id", how="inner").where("NOT (named AND person = username)")
    met = shared.groupBy(*LISTENER, *PERSON).agg(
        _total(F.col("unit") * F.col("own_unit")).alias("nearness"), F.count("*").alias("in_common")
    )
    order = Window.partitionBy(*LISTENER, "named").orderBy(F.desc("nearness"), "person")
    ranked = met.where(F.col("named") | (F.col("in_common") >= FEWEST_IN_COMMON)).withColumn(
        "place", F.row_number().over(order)
    )
    asked = ranked.where(F.col("place") <= F.when(F.col("named"), NEIGHBORS).otherwise(PEOPLE_ASKED))
    return asked.select(*LISTENER, *PERSON, "nearness", F.when(F.col("named"), F.col("person")).alias("neighbor"))


def _told(near: DataFrame, everybody: DataFrame, own: DataFrame) -> DataFrame:
    """One row per neighbor, with the artists behind the similarity, and those that the listener has not played."""
    whole = Window.partitionBy(*PAIR)
    asked = near.withColumns({"asked": F.count("*").over(whole), "whole": _total(F.col("nearness"), over=whole)})
    known = own.select("username", "artist_id", "own_unit")
    played = asked.join(everybody, on=PERSON, how="inner").join(known, on=["username", "artist_id"], how="left")
    artists = played.groupBy(*PAIR, "asked", "whole", "artist_id").agg(
        most_frequent("artist_name").alias("artist_name"),
        F.count("*").alias("people"),
        (_total(F.col("unit") * F.col("own_unit")) / F.col("whole")).alias("share"),
        (_total(F.col("taste") * F.col("nearness")) / F.col("whole")).alias("meaning"),
    )
    enough = F.col("neighbor").isNotNull() | (F.col("people") >= FEWEST_TOLD_OF)
    told = (
        artists.where(enough)
        .groupBy(*PAIR, "asked", "whole")
        .agg(
            _first("share", where="share IS NOT NULL").alias("common"),
            _first("meaning", where="share IS NULL").alias("theirs"),
        )
    )
    similarity = F.least(F.col("whole") / F.col("asked"), F.lit(1.0))
    return told.withColumn("similarity", similarity).withColumnRenamed("asked", "people").drop("whole")


def _own(near: DataFrame, own: DataFrame) -> DataFrame:
    """The artists that a listener plays and the neighbor does not."""
    theirs = own.select(F.col("username").alias("neighbor"), "artist_id")
    mine = near.where("named").select(*PAIR).join(own.select("username", *TASTE), on="username", how="inner")
    unheard = mine.join(theirs, on=["neighbor", "artist_id"], how="left_anti").withColumn(
        "people", F.lit(1).cast("bigint")
    )
    return unheard.groupBy(*PAIR).agg(_first("taste", where="true").alias("own"))


def _total(part: Column, over: WindowSpec | None = None) -> Column:
    total = F.sum(part.cast(EXACT))
    return (total if over is None else total.over(over)).cast("double")


def _first(measure: str, *, where: str) -> Column:
    """The artists with the largest measure, largest first, ties by id."""
    told = F.struct(
        (-F.col(measure)).alias("order"), "artist_id", "artist_name", F.col(measure).alias("weight"), "people"
    )
    ordered = F.array_sort(F.collect_list(F.when(F.expr(where), told)))
    return F.transform(F.slice(ordered, 1, ARTISTS_TOLD), lambda one: one.dropFields("order"))
