"""Table declarations: name, key, partition and columns, which the writer, the gate and the tests read."""

from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import types as T


class SchemaMismatch(Exception):
    """A frame differs from its table's declaration; names every column that does."""


@dataclass(frozen=True)
class Table:
    """The declaration of one table of the lake: all that the writer, the gate and the tests need.

    `needs` are those of the tables in `reads` that must have rows: if one is empty, so is this table.
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
    """A declared column, not nullable by default."""
    return T.StructField(name, data_type, nullable)


def conform(rows: DataFrame, table: Table) -> DataFrame:
    """The frame with its columns in the table's order. Raises `SchemaMismatch`, which lists every discrepancy."""
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
