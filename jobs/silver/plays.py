"""silver.plays: one row per play, in UTC, without repeats."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.columns import canonical, track_id, trimmed, user_bucket
from jobs.lake import USER_BUCKETS, Table, column, conform

TABLE = Table(
    name="silver.plays",
    reads=(),
    key=("username", "played_at", "track_id"),
    partition_by=("user_bucket",),
    schema=T.StructType(
        [
            column("username", T.StringType()),
            column("user_bucket", T.IntegerType()),
            column("played_at", T.TimestampType()),
            column("track_id", T.StringType()),
            column("track_name", T.StringType()),
            column("artist_id", T.StringType()),
            column("artist_name", T.StringType()),
            column("album_name", T.StringType(), nullable=True),
            column("track_mbid", T.StringType(), nullable=True),
            column("artist_mbid", T.StringType(), nullable=True),
            column("source", T.StringType()),
            column("ms_played", T.LongType(), nullable=True),
            column("batch_id", T.StringType()),
            column("ingested_at", T.TimestampType()),
        ]
    ),
)
OPTIONAL_TEXTS = (("album", "album_name"), ("track_mbid", "track_mbid"), ("artist_mbid", "artist_mbid"))
# Last.fm opened as Audioscrobbler in 2002; earlier times are clocks that were never set.
FIRST_PLAUSIBLE = "2002-01-01"
EPOCH = r"^\d{1,13}(\.\d+)?$"
# Thirteen digits are milliseconds: as seconds they would lie 30,000 years ahead.
MILLISECONDS_FROM = 100_000_000_000
ISO = r"^\d{4}-\d{1,2}-\d{1,2}"
OFFSET = r"(?i):\d{2}(\.\d+)?\s*(Z|UTC|GMT|[+-]\d{2}(:?\d{2})?)$"
# Beside ISO 8601, once commas are gone: `11 Jul 2024, 09:07`, `20 Nov 2020 09:35`, `2020/11/20 09:35:00`.
WRITTEN_TIMES = ("d MMM yyyy HH:mm[:ss]", "yyyy/M/d HH:mm[:ss]")


def typed(raw_plays: DataFrame) -> DataFrame:
    """Every raw play with its instant, its names and, where it must be refused, the reason in `refusal`."""
    instants = raw_plays.withColumns(
        {
            "written": F.expr("filter(time, cell -> trim(cell) <> '')"),
            "artist_name": trimmed("artist"),
            "track_name": trimmed("track"),
            "artist_id": canonical("artist"),
            "track_id": track_id("track", canonical("artist")),
        }
    ).withColumn("played_at", _began(_instant()))
    return instants.withColumn("refusal", _refusal())


def build(typed_plays: DataFrame) -> DataFrame:
    """The accepted plays, one row per key: of rows with one key the one that says most, ties by where it stood."""
    accepted = typed_plays.where("refusal IS NULL").select(
        "username",
        user_bucket(USER_BUCKETS).alias("user_bucket"),
        "played_at",
        "track_id",
        "track_name",
        "artist_id",
        "artist_name",
        *(F.nullif(trimmed(name), F.lit("")).alias(to) for name, to in OPTIONAL_TEXTS),
        "source",
        F.expr("try_cast(ms_played AS bigint)").alias("ms_played"),
        "batch_id",
        "row",
        F.col("fetched_at").alias("ingested_at"),
    )
    known = sum((F.col(name).isNotNull().cast("int") for _, name in OPTIONAL_TEXTS), F.lit(0))
    order = Window.partitionBy("user_bucket", *TABLE.key).orderBy(known.desc(), "batch_id", "row")
    first_of_key = accepted.withColumn("place", F.row_number().over(order)).where("place = 1")
    return conform(first_of_key.drop("place", "row"), TABLE)


def _instant() -> Column:
    """The first of the row's times that can be read."""
    candidates = F.transform("written", lambda cell: _read_time(F.trim(cell)))
    return F.try_element_at(F.array_compact(candidates), F.lit(1))


def _began(instant: Column) -> Column:
    """When the play began, for a source that tells when it ended."""
    milliseconds = F.expr("try_cast(ms_played AS bigint)")
    return F.when(F.col("time_is_end"), F.timestamp_micros(F.unix_micros(instant) - milliseconds * 1000)).otherwise(
        instant
    )


def _read_time(cell: Column) -> Column:
    number = cell.try_cast("double")
    seconds = F.when(number >= MILLISECONDS_FROM, number / 1000).otherwise(number)
    # Without a date, Spark would read a time of day as today's.
    iso = F.when(cell.rlike(ISO), F.try_to_timestamp(cell))
    plain = F.translate(cell, ",", "")
    written = F.coalesce(iso, *(F.try_to_timestamp(plain, F.lit(form)) for form in WRITTEN_TIMES))
    local = F.to_utc_timestamp(written, F.col("timezone"))
    return F.when(cell.rlike(EPOCH), F.timestamp_seconds(seconds)).otherwise(
        F.when(cell.rlike(OFFSET), written).otherwise(local)
    )


def _refusal() -> Column:
    too_early = F.col("played_at") < F.lit(FIRST_PLAUSIBLE).cast("timestamp")
    ahead = F.col("played_at") > F.expr("fetched_at + INTERVAL 1 DAY")
    return (
        F.when(F.col("unusable").isNotNull(), F.col("unusable"))
        .when(F.coalesce("artist_id", F.lit("")) == "", "no artist")
        .when(F.coalesce(canonical("track"), F.lit("")) == "", "no track")
        .when(F.coalesce(F.size("written"), F.lit(0)) == 0, "no time")
        .when(F.col("played_at").isNull(), "wrong type: the time cannot be read")
        .when(too_early, f"time before {FIRST_PLAUSIBLE}")
        .when(ahead, "time more than a day ahead")
    )
