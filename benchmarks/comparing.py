"""Compares the tables of two homes, ignoring the times of the runs."""

from collections.abc import Iterable
from pathlib import Path

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.lake import Lake, Table
from jobs.session import session


def differing(ours: Path, theirs: Path, tables: Iterable[Table]) -> list[str]:
    """The tables whose rows differ between the homes; prints each table with its counts."""
    different = []
    for table in tables:
        one, other = content(ours, table), content(theirs, table)
        apart = one.exceptAll(other).count() + other.exceptAll(one).count()
        print(f"  {table.name}: {one.count():,} rows, {apart:,} of them differ", flush=True)
        different += [table.name] if apart else []
    return different


def content(home: Path, table: Table) -> DataFrame:
    """The table's rows as JSON, to the last digit, without the columns for when something was fetched or made."""
    rows = Lake(session(), home / "lake").read(table)
    facts = (name for name in rows.columns if name.endswith("played_at") or not name.endswith("_at"))
    return rows.select(F.to_json(F.struct(*facts)).alias("row"))
