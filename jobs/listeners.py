"""Some listeners of a lake, and the condition that finds their rows without opening other partitions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from jobs.columns import user_bucket


@dataclass(frozen=True)
class Listeners:
    """The names of listeners, and the partitions of their rows."""

    names: tuple[str, ...]
    buckets: tuple[int, ...]

    @classmethod
    def among(cls, rows: Sequence[Row]) -> "Listeners":
        """The listeners in rows with `username` and `user_bucket`."""
        return cls(tuple(row.username for row in rows), tuple(sorted({row.user_bucket for row in rows})))

    @classmethod
    def named(cls, spark: SparkSession, names: Sequence[str], buckets: int) -> "Listeners":
        """Listeners by name, in a lake with this many partitions, whether they have rows or not."""
        rows = spark.range(1).select(F.explode(F.array(*map(F.lit, names))).alias("username"))
        return cls.among(rows.withColumn("user_bucket", user_bucket(buckets)).collect())

    @property
    def condition(self) -> str:
        """SQL that is true for their rows."""
        return f"{within(self.buckets)} AND username IN ({', '.join(map(quoted, self.names))})"

    def of(self, rows: DataFrame) -> DataFrame:
        """Only their rows."""
        return rows.where(self.condition)


def within(buckets: Iterable[int]) -> str:
    """SQL that is true in these partitions, as literals."""
    return f"user_bucket IN ({', '.join(map(str, buckets))})"


def quoted(value: str) -> str:
    """The text, which may be hostile, as an SQL string literal."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
