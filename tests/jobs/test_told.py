"""Whatever many pages tell of one thing, in whatever order and however many runs, it becomes the same row."""

import random
from datetime import UTC, datetime, timedelta

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.lake import Lake, Table, column, conform, literal_rows
from jobs.session import fit
from jobs.tags import TAGS
from jobs.told import best, merging, tellings, told_at

BANDS = Table(
    name="silver.bands",
    reads=(),
    key=("band",),
    schema=T.StructType(
        [
            column("band", T.StringType()),
            column("name", T.StringType(), nullable=True),
            column("fans", T.LongType(), nullable=True),
            column("tags", TAGS, nullable=True),
            column("home", T.StringType(), nullable=True),
            column("fetched_at", T.TimestampType()),
            told_at("name", "fans", "tags"),
        ]
    ),
)
TOLD = Table(
    name="silver.told",
    reads=(),
    key=(),
    schema=T.StructType(
        [
            *(field for field in BANDS.schema if field.name != "told_at"),
            column("authority", T.IntegerType()),
            column("source", T.StringType()),
        ]
    ),
)
NOON = datetime(2024, 6, 1, 12, tzinfo=UTC)


def telling(
    name: str | None = None, fans: int | None = None, tag: str = "", day: int = 0, authority: int = 0
) -> list[object]:
    return [
        "blur",
        name,
        fans,
        [{"name": tag, "count": 1}] if tag else None,
        None,
        NOON + timedelta(days=day),
        authority,
        "lastfm",
    ]


def told(spark: SparkSession, *rows: list[object]) -> DataFrame:
    fit(spark, len(rows))
    frame = literal_rows(spark, TOLD, rows)
    return tellings(frame, BANDS, F.col("authority"), newest_wins=F.col("authority") < 2)


def row(told: DataFrame) -> DataFrame:
    return conform(best(told, BANDS, home=F.max("home")), BANDS)


def test_the_highest_authority_is_right_then_the_newest_then_the_smallest(spark: SparkSession) -> None:
    (found,) = row(
        told(
            spark,
            telling("Mentioned, later", day=9, authority=2),
            telling("BLUR", 1, day=1),
            telling("blur", 2, day=1),
            telling("Old", 3),
            telling(None, None, "britpop", day=5, authority=1),
        )
    ).collect()

    assert (found.name, found.fans, found.tags[0].name) == ("BLUR", 1, "britpop")
    assert found.fetched_at == datetime(2024, 6, 10, 12)


def test_of_mentions_none_is_newer_than_another(spark: SparkSession) -> None:
    (found,) = row(told(spark, telling("b", day=1, authority=2), telling("a", authority=2))).collect()

    assert found.name == "a"


def test_merging_row_into_row_gives_what_all_tellings_at_once_give(lake: Lake) -> None:
    chance = random.Random(7)
    rows = [
        telling(
            chance.choice((None, "Blur", "blur", "BLUR")),
            chance.choice((None, 1, 2)),
            chance.choice(("", "rock", "pop")),
            day=chance.randrange(3),
            authority=chance.randrange(4),
        )
        for _ in range(24)
    ]
    everything = row(told(lake.spark, *rows)).collect()

    for part in (rows[12:], rows[:8], rows[6:14]):
        lake.upsert(BANDS, row(told(lake.spark, *part)), merging(BANDS))

    assert lake.read(BANDS).collect() == everything


def test_what_nobody_tells_is_kept_until_it_is_given(lake: Lake) -> None:
    given = row(told(lake.spark, telling("Blur"))).withColumn("home", F.lit("London"))
    lake.upsert(BANDS, given, merging(BANDS))
    lake.upsert(BANDS, row(told(lake.spark, telling("Blur", 3, day=1))), merging(BANDS))

    (kept,) = lake.read(BANDS).collect()
    assert (kept.home, kept.fans) == ("London", 3)
