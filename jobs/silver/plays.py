"""silver.plays: one row per play, in UTC, without repeats."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs import one_truth
from jobs.columns import canonical, track_id, trimmed
from jobs.lake import USER_BUCKETS, Table, column, conform
from jobs.sightings import SIGHTING, distinct, of_typed

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
            column("precision_seconds", T.IntegerType(), nullable=True),
            column("sources", T.ArrayType(T.StringType()), nullable=True),
            column("tellers", T.ArrayType(T.StringType()), nullable=True),
            column("seen", T.ArrayType(SIGHTING), nullable=True),
        ]
    ),
)
# Last.fm opened as Audioscrobbler in 2002; earlier times come from clocks that were never set.
FIRST_PLAUSIBLE = "2002-01-01"
EPOCH = r"^\d{1,13}(\.\d+)?$"
# Thirteen digits are milliseconds: as seconds they would be 30,000 years ahead.
MILLISECONDS_FROM = 100_000_000_000
ISO = r"^\d{4}-\d{1,2}-\d{1,2}"
OFFSET = r"(?i):\d{2}(\.\d+)?\s*(Z|UTC|GMT|[+-]\d{2}(:?\d{2})?)$"
TO_THE_SECOND, TO_THE_MINUTE = r"\d:\d{2}:\d{2}", r"\d:\d{2}"
MINUTE, DAY = 60, 86_400
# Besides ISO 8601, with commas removed: `11 Jul 2024, 09:07`, `20 Nov 2020 09:35`, `2020/11/20 09:35:00`.
WRITTEN_TIMES = ("d MMM yyyy HH:mm[:ss]", "yyyy/M/d HH:mm[:ss]")


def typed(raw_plays: DataFrame) -> DataFrame:
    """Every raw play with its instant and names; `refusal` has the reason if it must be refused, else null."""
    instants = raw_plays.withColumns(
        {
            "written": F.expr("filter(time, cell -> trim(cell) <> '')"),
            "artist_name": trimmed("artist"),
            "track_name": trimmed("track"),
            "artist_id": canonical("artist"),
            "track_id": track_id("track", canonical("artist")),
        }
    ).withColumn("read", _first_time())
    timed = instants.withColumns(
        {"played_at": _began(F.col("read.instant")), "precision_seconds": F.col("read.precision")}
    )
    return timed.drop("read").withColumn("refusal", _refusal())


def build(typed_plays: DataFrame) -> DataFrame:
    """The plays in the accepted rows, for a lake that has no plays yet."""
    return derived(distinct(of_typed(typed_plays, USER_BUCKETS)), several_tellers=True)


def derived(sightings: DataFrame, *, several_tellers: bool) -> DataFrame:
    """The plays behind these sightings; set `several_tellers` if any listener has more than one teller."""
    found = one_truth.of_several_tellers(sightings) if several_tellers else one_truth.of_one_teller(sightings)
    types = {name: F.col(name).cast(TABLE.schema[name].dataType) for name in ("sources", "seen", "precision_seconds")}
    return conform(found.withColumns(types), TABLE)


def _first_time() -> Column:
    """The first of the row's times that can be parsed, and its precision in seconds."""
    times = F.transform("written", lambda cell: _time_and_precision(F.trim(cell)))
    return F.try_element_at(F.filter(times, lambda time: time["instant"].isNotNull()), F.lit(1))


def _time_and_precision(cell: Column) -> Column:
    exact = F.when(cell.rlike(EPOCH) | cell.rlike(TO_THE_SECOND), 1)
    precision = exact.when(cell.rlike(TO_THE_MINUTE), MINUTE).otherwise(DAY)
    return F.struct(_read_time(cell).alias("instant"), precision.alias("precision"))


def _began(instant: Column) -> Column:
    """When the play began: before `instant` by ms_played if the source gives the end, else `instant`."""
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
