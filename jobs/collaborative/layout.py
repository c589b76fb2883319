"""Writes the sparse matrix: listeners and items are numbered, and tasks fill in the ones of each half."""

from pathlib import Path

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.collaborative.matrix import BY_ITEM, BY_LISTENER
from jobs.session import at_hand

# The columns that number the rows and the columns of each half.
INDEXES = {BY_LISTENER: ("listener_index", "item_index"), BY_ITEM: ("item_index", "listener_index")}
# What one task sorts in memory: about 200 MB.
ONES_A_TASK = 4_000_000
FEWEST_TASKS = 2


def lay_out(pairs: DataFrame, folder: Path) -> DataFrame:
    """Write the matrix of these pairs of `listener` and `item`, which may be repeated.

    Returns the items with `item_index`, their row in the matrix, and `degree`, their number of listeners.
    """
    distinct = at_hand(pairs.select("listener", "item").distinct())
    listeners, items = (at_hand(_numbered(distinct, name)) for name in ("listener", "item"))
    ones = at_hand(
        distinct.join(listeners, on="listener", how="inner")
        .join(items, on="item", how="inner")
        .select("listener_index", "item_index")
    )
    _write(ones, listeners, folder, BY_LISTENER)
    _write(ones, items, folder, BY_ITEM)
    return items


def _numbered(pairs: DataFrame, name: str) -> DataFrame:
    """Each value with its number, from 0 in sorted order, and its degree."""
    degrees = pairs.groupBy(name).agg(F.count("*").cast("int").alias("degree"))
    place = F.row_number().over(Window.orderBy(name)) - 1
    return degrees.withColumn(f"{name}_index", place.cast("int"))


def _write(ones: DataFrame, numbered: DataFrame, folder: Path, half: str) -> None:
    row, column = INDEXES[half]
    degrees = numbered.orderBy(row).select("degree").toArrow()["degree"].to_numpy()
    indptr = np.concatenate([[0], np.cumsum(degrees, dtype=np.int64)])
    total = int(indptr[-1])
    np.save(folder / f"{half}.indptr.npy", indptr.astype(np.int32 if total < 2**31 else np.int64))
    path = str(folder / f"{half}.indices.npy")
    # Created here and filled by the tasks, each of which owns a slice.
    np.lib.format.open_memmap(path, mode="w+", dtype=np.int32, shape=(total,)).flush()
    tasks = max(FEWEST_TASKS, total // ONES_A_TASK)
    rows_a_task = max(1, -(-len(degrees) // tasks))

    def fill(ones_of_a_task: pa.Table) -> pa.Table:
        rows, columns = (ones_of_a_task[name].to_numpy() for name in (row, column))
        start = np.load(path.replace("indices", "indptr"), mmap_mode="r")[rows.min()]
        indices = np.lib.format.open_memmap(path, mode="r+")
        indices[start : start + len(rows)] = columns[np.lexsort((columns, rows))]
        indices.flush()
        return pa.table({"written": [len(rows)]})

    by_task = ones.groupBy(F.floor(F.col(row) / rows_a_task).alias("task"))
    by_task.applyInArrow(fill, "written long").agg(F.sum("written")).collect()
