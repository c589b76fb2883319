"""The lake refuses what is not declared, keeps what it has, and is written by one process at a time."""

import json
import multiprocessing
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.claim import LakeFromAnotherVersion
from jobs.lake import Lake, SchemaMismatch, Table, column, conform, literal_rows
from jobs.listeners import Listeners, within
from jobs.locks import DIRECT_WRITERS, LakeIsServed, locked
from tests.patience import PATIENCE

LIKES = Table(
    name="silver.likes",
    reads=(),
    key=("username", "track_id"),
    partition_by=("user_bucket",),
    schema=T.StructType(
        [
            column("username", T.StringType()),
            column("user_bucket", T.IntegerType()),
            column("track_id", T.StringType()),
            column("stars", T.IntegerType(), nullable=True),
        ]
    ),
)


def likes(spark: SparkSession, *rows: tuple[str, int, str, int]) -> DataFrame:
    return literal_rows(spark, LIKES, rows)


def held(lake: Lake) -> set[tuple[str, str, int]]:
    return {(row.username, row.track_id, row.stars) for row in lake.read(LIKES).collect()}


def test_every_discrepancy_is_listed_at_once(spark: SparkSession) -> None:
    frame = spark.sql("SELECT 'ann' AS username, '1' AS user_bucket, 2.0D AS extra")

    with pytest.raises(SchemaMismatch) as refused:
        conform(frame, LIKES)

    said = str(refused.value)
    for what in (
        "track_id string is missing",
        "stars int is missing",
        "extra double is not declared",
        "user_bucket is string, declared int",
    ):
        assert what in said


def test_a_table_that_was_never_written_has_its_columns_and_no_rows(lake: Lake) -> None:
    assert lake.read(LIKES).columns == LIKES.schema.fieldNames()
    assert lake.read(LIKES).count() == 0


def test_inserting_keeps_what_is_there(lake: Lake, spark: SparkSession) -> None:
    lake.insert_new(LIKES, likes(spark, ("ann", 1, "a", 5)), [1])
    lake.insert_new(LIKES, likes(spark, ("ann", 1, "a", 1), ("ann", 1, "b", 2)), [1])

    assert held(lake) == {("ann", "a", 5), ("ann", "b", 2)}


def test_inserting_keeps_what_is_there_once_delta_has_cleaned_up_its_old_commits(
    lake: Lake, spark: SparkSession
) -> None:
    lake.create([LIKES])
    spark.sql(f"ALTER TABLE delta.`{lake.path(LIKES)}` SET TBLPROPERTIES ('delta.checkpointInterval' = '1')")
    lake.insert_new(LIKES, likes(spark, ("ann", 1, "a", 5)), [1])
    *old, _ = sorted((lake.path(LIKES) / "_delta_log").glob("*.json"))
    for commit in old:
        commit.unlink()

    lake.insert_new(LIKES, likes(spark, ("ann", 1, "a", 1)), [1])

    assert [row.stars for row in lake.read(LIKES).collect()] == [5]


@pytest.mark.parametrize("partitions", [None, within([1])])
def test_replacing_a_listener_leaves_all_others_alone(lake: Lake, spark: SparkSession, partitions: str | None) -> None:
    lake.insert_new(LIKES, likes(spark, ("o'ann\\", 1, "a", 5), ("bob", 1, "a", 3), ("carl", 2, "a", 2)), [1, 2])
    ann = Listeners(("o'ann\\",), (1,)).condition

    lake.replace(LIKES, likes(spark, ("o'ann\\", 1, "b", 4)), ann, partitions)

    assert held(lake) == {("o'ann\\", "b", 4), ("bob", "a", 3), ("carl", "a", 2)}


def test_tables_keep_their_declared_nullability_and_need_no_special_reader(lake: Lake, spark: SparkSession) -> None:
    lake.append(LIKES, likes(spark, ("ann", 1, "a", 5)))

    assert lake.read(LIKES).schema == LIKES.schema
    (detail,) = spark.sql(f"DESCRIBE DETAIL delta.`{lake.path(LIKES)}`").collect()
    assert (detail.minReaderVersion, detail.partitionColumns) == (1, ["user_bucket"])


def test_a_lake_of_another_version_is_refused(lake: Lake, spark: SparkSession) -> None:
    (lake.root / "lake.json").write_text(json.dumps({"format": 99, "user_buckets": 64}))

    with pytest.raises(LakeFromAnotherVersion, match="99"):
        Lake(spark, lake.root)


def _hold(path: Path, holding: object, until: object) -> None:
    with locked(path):
        holding.set()  # type: ignore[attr-defined]
        until.wait()  # type: ignore[attr-defined]


def test_nobody_writes_past_a_connect_server_that_has_the_lake(lake: Lake, spark: SparkSession) -> None:
    context = multiprocessing.get_context("spawn")
    holding, until = context.Event(), context.Event()
    server = context.Process(target=_hold, args=(lake.root / DIRECT_WRITERS, holding, until))
    server.start()
    assert holding.wait(PATIENCE)

    with pytest.raises(LakeIsServed, match="SPARK_REMOTE"):
        lake.append(LIKES, likes(spark, ("ann", 1, "a", 5)))
    until.set()
    server.join()
    lake.append(LIKES, likes(spark, ("ann", 1, "a", 5)))
    assert held(lake) == {("ann", "a", 5)}


WRITES: Mapping[str, Callable[[Lake, DataFrame], None]] = {
    "insert_new": lambda lake, rows: lake.insert_new(LIKES, rows, [1]),
    "upsert": lambda lake, rows: lake.upsert(LIKES, rows, {"stars": "s.stars"}),
    "replace": lambda lake, rows: lake.replace(LIKES, rows, "user_bucket IN (1)"),
}


@pytest.mark.parametrize("write", ["insert_new", pytest.param("upsert", marks=pytest.mark.slow), "replace"])
def test_a_killed_clients_first_write_that_goes_on_in_a_server_is_not_added_to_by_its_repetition(
    lake: Lake, spark: SparkSession, monkeypatch: pytest.MonkeyPatch, write: str
) -> None:
    monkeypatch.setattr("jobs.lake.locked", lambda _: nullcontext())
    monkeypatch.setattr(lake, "_writes_alone", False)
    lake.create([LIKES])
    waits = F.expr("IF(java_method('java.lang.Thread', 'sleep', 1500L) = 'null', stars, 0)")
    slow = likes(spark, ("ann", 1, "a", 5)).withColumn("stars", waits)

    with ThreadPoolExecutor(2) as both:
        for done in [both.submit(WRITES[write], lake, slow) for _ in range(2)]:
            done.result()

    assert [tuple(row) for row in lake.read(LIKES).collect()] == [("ann", 1, "a", 5)]


def test_a_table_of_an_older_version_gets_the_columns_declared_since(lake: Lake) -> None:
    older = Table("silver.words", (), ("word",), T.StructType([column("word", T.StringType())]))
    lake.append(older, literal_rows(lake.spark, older, [["angel"]]))
    newer = replace(older, schema=T.StructType([*older.schema, column("loud", T.BooleanType(), nullable=True)]))

    lake.evolve([newer])
    lake.evolve([newer])
    lake.append(newer, literal_rows(lake.spark, newer, [["group four", True]]))

    rows = {tuple(row) for row in lake.read(newer).collect()}
    assert rows == {("angel", None), ("group four", True)}
