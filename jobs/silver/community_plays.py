"""silver.community_plays: one row per listener of the community and item that they play. Listeners have no names.

`listener_id` is a hash only of what the listener plays: the same listener imported twice, in any order or format, is
one, and the id contains no name or id of a person.
"""

from datetime import datetime

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.columns import canonical, most_frequent, track_id, trimmed
from jobs.lake import Table, column, conform

TABLE = Table(
    name="silver.community_plays",
    reads=(),
    key=("listener_id", "item_id"),
    schema=T.StructType(
        [
            column("listener_id", T.StringType()),
            column("item_id", T.StringType()),
            column("artist_id", T.StringType()),
            column("artist_name", T.StringType()),
            column("track_id", T.StringType(), nullable=True),
            column("track_name", T.StringType(), nullable=True),
            column("play_count", T.LongType()),
            column("source", T.StringType()),
            column("batch_id", T.StringType()),
            column("imported_at", T.TimestampType()),
        ]
    ),
)
# More than anybody can have played anything.
MOST_PLAYS = 100_000_000
PERSON = ["file", "listener"]


def typed(raw_listens: DataFrame) -> DataFrame:
    """Every raw listen with its names and plays; `refusal` has the reason if it must be refused, else null."""
    artist = canonical("artist")
    named = raw_listens.withColumns(
        {
            "artist_id": artist,
            "artist_name": trimmed("artist"),
            "track_id": F.when(canonical("track") != "", track_id("track", artist)),
            "track_name": F.nullif(trimmed("track"), F.lit("")),
            "play_count": F.coalesce("plays", F.lit("1")).try_cast("double").try_cast("bigint"),
        }
    )
    return named.withColumn("refusal", _refusal())


def of_listeners(typed_listens: DataFrame) -> DataFrame:
    """The accepted listens, one row per file, listener and item, with `rows`, the number of different rows for it.

    A row that is identical to another one is a repetition and is not counted.
    """
    item = F.coalesce("track_id", "artist_id").alias("item_id")
    names = ["artist_name", "track_name"]
    said = ["source", "artist_id", "track_id", *names, "play_count", "at", "fetched_at"]
    different = typed_listens.where("refusal IS NULL").groupBy(*PERSON, item, *said).agg(F.count("*").alias("times"))
    listens = different.groupBy(*PERSON, "source", "fetched_at", "item_id", "artist_id", "track_id").agg(
        *(most_frequent(name).alias(name) for name in names),
        F.sum("play_count").alias("play_count"),
        F.count("*").alias("rows"),
    )
    return listens.join(_identities(listens), on=PERSON, how="inner")


def build(listens: DataFrame, *, imported_at: datetime) -> DataFrame:
    """The listens of each listener; for a listener who is in several files, those of the first."""
    files = Window.partitionBy("listener_id", "item_id").orderBy("file", "listener")
    first = listens.withColumn("place", F.row_number().over(files)).where("place = 1")
    rows = first.withColumns({"batch_id": F.col("file"), "imported_at": F.lit(imported_at)})
    return conform(rows.select(*TABLE.schema.fieldNames()), TABLE)


def _identities(listens: DataFrame) -> DataFrame:
    """A hash of what each listener plays; listeners in one file with identical plays get different ids."""
    heard = F.array_sort(F.collect_list(F.struct("item_id", "play_count")))
    alike = listens.groupBy(*PERSON).agg(F.sha2(F.to_json(heard), 256).alias("alike"))
    order = Window.partitionBy("file", "alike").orderBy(F.col("listener").cast("bigint"))
    number = F.row_number().over(order).cast("string")
    return alike.select(*PERSON, F.sha2(F.concat_ws("-", "alike", number), 256).alias("listener_id"))


def _refusal() -> Column:
    return (
        F.when(F.col("unusable").isNotNull(), F.col("unusable"))
        .when(F.coalesce("listener", F.lit("")) == "", "no listener")
        .when(F.coalesce("artist_id", F.lit("")) == "", "no artist")
        .when(F.col("play_count").isNull(), "wrong type: plays are no number")
        .when(F.col("play_count") < 1, "no plays")
        .when(F.col("play_count") > MOST_PLAYS, f"plays above {MOST_PLAYS:,}")
    )
