"""Who listens to what, as a sparse matrix in files that every worker maps into memory: by listener, and by item.

A file `<half>.indptr.npy` says where each row starts, `<half>.indices.npy` holds the columns of its ones.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F
from scipy.sparse import csr_matrix

from jobs.session import at_hand

Floats = npt.NDArray[np.float32]
BY_LISTENER, BY_ITEM = "by_listener", "by_item"
# What numbers the rows and the columns of each half.
INDEXES = {BY_LISTENER: ("listener_index", "item_index"), BY_ITEM: ("item_index", "listener_index")}
# What one task sorts in memory: some 200 MB.
ONES_A_TASK = 4_000_000
FEWEST_TASKS = 2


@dataclass(frozen=True)
class Half:
    """The matrix by rows of one kind: `rows` x `columns`, all of its values 1."""

    indptr: npt.NDArray[np.integer]
    indices: npt.NDArray[np.integer]
    columns: int

    @property
    def rows(self) -> int:
        return len(self.indptr) - 1

    @property
    def degrees(self) -> npt.NDArray[np.integer]:
        """How many ones each row holds."""
        return np.diff(self.indptr)

    def scaled(self, row_scale: Floats, column_scale: Floats, begin: int = 0, end: int | None = None) -> csr_matrix:
        """Rows `begin` to `end` of diag(row_scale) times this times diag(column_scale)."""
        end = self.rows if end is None else end
        indptr = np.asarray(self.indptr[begin : end + 1])
        indices = np.asarray(self.indices[indptr[0] : indptr[-1]])
        values = np.repeat(row_scale[begin:end], np.diff(indptr)) * column_scale[indices]
        return csr_matrix((values, indices, indptr - indptr[0]), shape=(end - begin, self.columns))


def opened(folder: Path) -> tuple[Half, Half]:
    """The matrix by listener and by item, mapped into memory."""
    starts = {half: _mapped(folder, half, "indptr") for half in INDEXES}
    listeners, items = (len(starts[half]) - 1 for half in (BY_LISTENER, BY_ITEM))
    return (
        Half(starts[BY_LISTENER], _mapped(folder, BY_LISTENER, "indices"), items),
        Half(starts[BY_ITEM], _mapped(folder, BY_ITEM, "indices"), listeners),
    )


def lay_out(pairs: DataFrame, folder: Path) -> DataFrame:
    """Write the matrix of these pairs of `listener` and `item`, each of which may stand more than once.

    Returns the items with `item_index`, their row in the matrix, and `degree`, how many listeners they have.
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
    """Each value with a number from 0 in the order of the values, and its degree."""
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
    # Made here, filled by the tasks, each of which owns a slice.
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


def _mapped(folder: Path, half: str, part: str) -> npt.NDArray[np.integer]:
    found: npt.NDArray[np.integer] = np.load(folder / f"{half}.{part}.npy", mmap_mode="r")
    return found
