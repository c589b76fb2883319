"""The Delta Lake: declared tables, and the only ways to read and write them."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.pandas.types import to_arrow_schema

from jobs.claim import claim
from jobs.creation import FIRST_COMMIT, lay_down
from jobs.json_file import write_json
from jobs.listeners import within
from jobs.locks import DIRECT_WRITERS, locked, shared
from jobs.table import SchemaMismatch, Table, column, conform

__all__ = ["USER_BUCKETS", "Lake", "SchemaMismatch", "Table", "column", "conform", "literal_rows"]

USER_BUCKETS = 32
CONCURRENT_CHANGE = "DELTA_CONCURRENT"
CONFLICT_ATTEMPTS = 5


def literal_rows(spark: SparkSession, table: Table, values: Sequence[Sequence[object]]) -> DataFrame:
    """A few rows as a frame, in the table's order of columns. (From a list, Spark would start Python workers.)"""
    names = table.schema.fieldNames()
    rows = [dict(zip(names, row, strict=True)) for row in values]
    return spark.createDataFrame(
        pa.Table.from_pylist(rows, to_arrow_schema(table.schema, timezone="UTC")), table.schema
    )


def _together(rows: DataFrame, table: Table) -> DataFrame:
    """Each partition's rows in one task, so that they are written to one file and not to one for each task."""
    return rows.repartition(*table.partition_by) if table.partition_by else rows


class Lake:
    """The tables under one root. On a local disk, one process at a time writes a table."""

    def __init__(self, spark: SparkSession, root: Path) -> None:
        self.spark = spark
        self.root = root
        # A killed client's write goes on in a server, unseen by whoever repeats it. Where two merges meet, Delta
        # refuses one, which is done again; of two appends it takes both.
        self._writes_alone = "connect" not in type(spark).__module__
        claim(root, USER_BUCKETS)

    def path(self, table: Table) -> Path:
        """Where the table lies: `<root>/<layer>/<table>`."""
        return self.root.joinpath(*table.name.split("."))

    def exists(self, table: Table) -> bool:
        """Whether the table was created, with or without rows."""
        return bool(self._commits(table))

    def has_rows(self, table: Table) -> bool:
        """Whether a row was ever written to the table; runs no Spark job."""
        return self.exists(table) and not self._was_only_created(table)

    def version(self, table: Table) -> int:
        """The number of the table's last commit; -1 if there is none."""
        return max((int(commit.stem) for commit in self._commits(table) if commit.stem.isdecimal()), default=-1)

    def read(self, table: Table) -> DataFrame:
        """The table as it is now; one that was never written is empty, and no Delta reader is started for it."""
        if not self.has_rows(table):
            columns = (F.lit(None).cast(field.dataType).alias(field.name) for field in table.schema)
            # By a condition, and not range(0), of which the optimizer would not see that it is empty.
            return self.spark.range(1).where("false").select(*columns)
        return self.spark.read.format("delta").load(str(self.path(table)))

    def insert_new(self, table: Table, rows: DataFrame, buckets: Sequence[int] = ()) -> None:
        """Add the rows whose key is not in the table yet; existing rows stay as they are.

        Each key may be in `rows` only once: MERGE would insert it twice. `buckets` are the partitions of the rows;
        named literally, they keep MERGE from opening other partitions.
        """
        partitions = [f"t.{within(sorted(buckets))}"] if buckets else []
        matched = " AND ".join([*partitions, *(f"t.{name} = s.{name}" for name in (*table.partition_by, *table.key))])
        declared = conform(rows, table)
        self._put(table, declared, lambda: self._merge(table, declared, matched, "WHEN NOT MATCHED THEN INSERT *"))

    def upsert(self, table: Table, rows: DataFrame, merged: Mapping[str, str]) -> None:
        """Add the rows whose key is not in the table yet; in existing rows set the columns in `merged`.

        Each key may be in `rows` only once. `rows` are read twice, so they should be persisted. `merged` gives SQL for
        each column, over the table's row `t` and the new row `s`.
        """
        matched = " AND ".join(f"t.{name} = s.{name}" for name in table.key)
        updates = ", ".join(f"t.{name} = {value}" for name, value in merged.items())
        clauses = f"WHEN MATCHED THEN UPDATE SET {updates} WHEN NOT MATCHED THEN INSERT *"
        declared = conform(rows, table)

        def put() -> None:
            if self._writes_alone and self._holds_none(table, declared):
                self._append(table, declared)
            else:
                self._merge(table, declared, matched, clauses)

        self._put(table, declared, put)

    def change(self, table: Table, rows: DataFrame, buckets: Sequence[int]) -> None:
        """Replace the row with the same key, or add it; delete it if its column `goes` is true. All in one commit.

        Each key may be in `rows` only once; `buckets` are the partitions of the rows.
        """
        on = (*table.partition_by, *table.key)
        matched = " AND ".join([f"t.{within(sorted(buckets))}", *(f"t.{name} = s.{name}" for name in on)])
        goes = "WHEN MATCHED AND s.goes THEN DELETE"
        comes = "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED AND NOT s.goes THEN INSERT *"
        declared = conform(rows.drop("goes"), table).columns
        with self._writing(table):
            self._create(table)
            self._merge(table, rows.select(*declared, "goes"), matched, f"{goes} {comes}")

    @contextmanager
    def deriving(self, table: Table) -> Iterator[None]:
        """Keep others from deriving from the table, between reading it and writing what follows from it."""
        with locked(self.root / ".locks" / f"{table.name}.derived"):
            yield

    def replace(self, table: Table, rows: DataFrame, where: str, partitions: str | None = None) -> None:
        """Replace all rows that satisfy the condition by these, which must satisfy it too; no other row is touched.

        `partitions` is SQL for the partitions that hold all such rows: they are then written anew as a whole. So Delta
        opens no file to find the rows that go, which takes longer than to write a small partition.
        """
        declared = conform(rows, table)

        def overwrite() -> None:
            if partitions is None:
                self._overwrite(table, declared, where)
            else:
                others = self.read(table).where(f"{partitions} AND NOT ({where})")
                self._overwrite(table, declared.unionByName(others), partitions)

        self._put(table, declared, lambda: self._retried(overwrite))

    def append(self, table: Table, rows: DataFrame) -> None:
        """Add the rows as they are."""
        writer = conform(rows, table).write.format("delta").mode("append")
        self._write(table, lambda: writer.save(str(self.path(table))))

    @contextmanager
    def building(self) -> Iterator[None]:
        """Keep others from rebuilding listeners of this lake meanwhile."""
        with locked(self.root / ".locks" / "building"):
            yield

    def create(self, tables: Sequence[Table]) -> None:
        """Create the tables that are missing, empty, with their columns, nullability and partition."""
        for table in tables:
            if not self.exists(table):
                with self._writing(table):
                    self._create(table)

    def evolve(self, tables: Sequence[Table]) -> None:
        """Add columns that were declared since the tables were created; they are null in old rows."""
        declared = {table.name: table.schema.fieldNames() for table in tables}
        record = self.root / "columns.json"
        with locked(self.root / ".locks" / "lake"):
            if record.exists() and json.loads(record.read_text()) == declared:
                return
            for table in filter(self.exists, tables):
                self._add_columns(table)
            write_json(record, declared)

    def _add_columns(self, table: Table) -> None:
        there = set(self.read(table).columns)
        if new := [f"{one.name} {one.dataType.simpleString()}" for one in table.schema if one.name not in there]:
            add = f"ALTER TABLE delta.`{self.path(table)}` ADD COLUMNS ({', '.join(new)})"
            self._write(table, lambda: self.spark.sql(add))

    def _commits(self, table: Table) -> list[Path]:
        return list((self.path(table) / "_delta_log").glob("*.json"))

    def _was_only_created(self, table: Table) -> bool:
        """Whether no row was ever written. Counting commits would not do: Delta removes old ones, also the first."""
        return [commit.name for commit in self._commits(table)] == [FIRST_COMMIT]

    def _create(self, table: Table) -> None:
        if not self.exists(table):
            lay_down(self.path(table), table.schema, table.partition_by)

    def _put(self, table: Table, declared: DataFrame, among_others: Callable[[], object]) -> None:
        """Append if the table is empty, since looking for rows is half of the work; else do `among_others`."""
        with self._writing(table):
            self._create(table)
            if self._writes_alone and self._was_only_created(table):
                self._append(table, declared)
            else:
                among_others()

    def _append(self, table: Table, declared: DataFrame) -> None:
        _together(declared, table).write.format("delta").mode("append").save(str(self.path(table)))

    def _overwrite(self, table: Table, declared: DataFrame, where: str) -> None:
        writer = _together(declared, table).write.format("delta").mode("overwrite").option("replaceWhere", where)
        writer.save(str(self.path(table)))

    def _merge(self, table: Table, declared: DataFrame, matched: str, clauses: str) -> None:
        merge = f"MERGE INTO delta.`{self.path(table)}` t USING {{rows}} s ON {matched} {clauses}"
        self._retried(lambda: self.spark.sql(merge, rows=declared))

    def _holds_none(self, table: Table, rows: DataFrame) -> bool:
        """Whether none of the rows' keys is in the table: then appending does the same as a MERGE, much faster."""
        held = self.read(table).select(*table.key)
        return held.join(F.broadcast(rows.select(*table.key)), on=list(table.key), how="left_semi").isEmpty()

    def _write(self, table: Table, write: Callable[[], object]) -> None:
        with self._writing(table):
            self._create(table)
            self._retried(write)

    def _retried(self, write: Callable[[], object]) -> None:
        """Write again if Delta says that a process beyond this machine's locks changed the table meanwhile."""
        for attempt in range(1, CONFLICT_ATTEMPTS + 1):
            try:
                write()
                return
            except (PySparkException, Py4JError) as error:
                if CONCURRENT_CHANGE not in str(error) or attempt == CONFLICT_ATTEMPTS:
                    raise
                time.sleep(attempt)

    @contextmanager
    def _writing(self, table: Table) -> Iterator[None]:
        """Hold the table's lock: if two local processes committed at once, Delta would tell both of success."""
        with locked(self.root / ".locks" / table.name):
            if self._writes_alone:
                with shared(self.root / DIRECT_WRITERS):
                    yield
            else:
                yield
