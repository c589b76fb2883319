"""Merges values from many pages about one thing into one row, independently of the order and runs in which they come.

Each column takes the value of the highest authority, among these the newest, among these the smallest. A row keeps in
`told_at` the authority and age of each of its values, so that later values are compared by the same rule.
"""

from collections.abc import Mapping, Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.lake import Table, column, conform
from jobs.providers import authority_of

TOLD_AT = "told_at"
# `authority` counts from 0, the highest. `age` is the negated time of the page in microseconds: the newest is the
# smallest. It is 0 if the time means nothing, as when many pages mention a thing and none is more recent about it.
STANDING = T.StructType([T.StructField("authority", T.IntegerType()), T.StructField("age", T.LongType())])


def told_at(*names: str) -> T.StructField:
    """The declaration of the column with the authority and age of these columns' values; null for missing values."""
    return column(TOLD_AT, T.StructType([T.StructField(name, STANDING) for name in names]), nullable=True)


def tellings(rows: DataFrame, table: Table, authority: Column, *, newest_wins: Column) -> DataFrame:
    """The rows with the table's columns (null if they lack one), and each value's authority and age in `told_at`.

    `authority` counts from 0, the highest, within one provider. Any value of a better provider is preferred.
    """
    age = F.when(newest_wins, -F.unix_micros("fetched_at")).otherwise(F.lit(0))
    standing = F.struct(
        authority_of("source", authority).cast("int").alias("authority"), age.cast("bigint").alias("age")
    )
    untold = [name for name in _told(table) if name not in rows.columns]
    # select(), since withColumns() over Connect refuses an empty set of columns.
    complete = rows.select("*", *(_nothing(table, name).alias(name) for name in untold))
    standings = (F.when(F.col(name).isNotNull(), standing).alias(name) for name in _told(table))
    standing_rows = complete.withColumn(TOLD_AT, F.struct(*standings))
    return standing_rows.select(*(name for name in table.schema.fieldNames() if name in standing_rows.columns))


def best(told: DataFrame, table: Table, **derived: Column) -> DataFrame:
    """One row per key, with the best value of each column. `derived` are aggregates for columns that pages lack."""
    found = told.groupBy(*table.key).agg(
        F.max("fetched_at").alias("fetched_at"),
        *(_smallest(name).alias(name) for name in _told(table)),
        *(aggregate.alias(name) for name, aggregate in derived.items()),
    )
    return found.select(
        *table.key,
        *(F.col(name)["value"].alias(name) for name in _told(table)),
        *derived,
        "fetched_at",
        F.struct(*(F.col(name)["standing"].alias(name) for name in _told(table))).alias(TOLD_AT),
    )


def newest(rows: DataFrame, table: Table) -> DataFrame:
    """The table's rows if all pages with a key are about the same subject: the newest page is right."""
    return conform(best(tellings(rows, table, F.lit(0), newest_wins=F.expr("true")), table), table)


def merging(table: Table) -> Mapping[str, str]:
    """For each column, SQL that merges the table's row `t` and the new row `s`, as `best` would merge them."""
    names = _told(table)
    told = {name: f"IF({_is_better(name)}, s.{name}, t.{name})" for name in names}
    standings = ", ".join(f"'{name}', IF({_is_better(name)}, s.told_at.{name}, t.told_at.{name})" for name in names)
    others = {name: f"coalesce(s.{name}, t.{name})" for name in table.schema.fieldNames() if name not in table.key}
    return {
        **others,
        **told,
        "fetched_at": "greatest(s.fetched_at, t.fetched_at)",
        TOLD_AT: f"named_struct({standings})",
    }


def _told(table: Table) -> Sequence[str]:
    kind = table.schema[TOLD_AT].dataType
    return kind.fieldNames() if isinstance(kind, T.StructType) else ()


def _nothing(table: Table, name: str) -> Column:
    return F.lit(None).cast(table.schema[name].dataType)


def _smallest(name: str) -> Column:
    standing = F.col(f"{TOLD_AT}.{name}")
    return F.min(F.when(standing.isNotNull(), F.struct(standing.alias("standing"), F.col(name).alias("value"))))


def _is_better(name: str) -> str:
    ours, theirs = (f"struct({row}.told_at.{name} AS standing, {row}.{name} AS value)" for row in "ts")
    return f"s.told_at.{name} IS NOT NULL AND (t.told_at.{name} IS NULL OR {theirs} < {ours})"
