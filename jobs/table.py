"""Tables, declared: name, key, partition and columns, from which writer, gate and tests read what they need."""

from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import types as T


class SchemaMismatch(Exception):
    """A frame that is not what its table declares; names every column that differs."""


@dataclass(frozen=True)
class Table:
    """One table of the lake, declared: all that writer, gate and tests need to know of it.

    `needs` are those of the tables that it reads without whose rows it has none itself.
    """

    name: str
    reads: tuple[str, ...]
    key: tuple[str, ...]
    schema: T.StructType
    partition_by: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that are never null."""
        return tuple(field.name for field in self.schema if not field.nullable)

    @property
    def of_listeners(self) -> bool:
        """Whether each row belongs to one listener, whose rows can be replaced alone."""
        return "user_bucket" in self.partition_by


def column(name: str, data_type: T.DataType, *, nullable: bool = False) -> T.StructField:
    """A declared column; null only where it says so."""
    return T.StructField(name, data_type, nullable)


def conform(rows: DataFrame, table: Table) -> DataFrame:
    """The frame in the table's order of columns. Raises `SchemaMismatch`, which lists every discrepancy at once."""
    declared = {field.name: field.dataType.simpleString() for field in table.schema}
    given = {field.name: field.dataType.simpleString() for field in rows.schema}
    missing = [f"{name} {kind} is missing" for name, kind in declared.items() if name not in given]
    extra = [f"{name} {kind} is not declared" for name, kind in given.items() if name not in declared]
    differing = [
        f"{name} is {given[name]}, declared {kind}"
        for name, kind in declared.items()
        if name in given and given[name] != kind
    ]
    if discrepancies := missing + extra + differing:
        raise SchemaMismatch(f"{table.name}: " + "; ".join(discrepancies))
    return rows.select(*declared)
