"""Dense factors in files beside the sparse matrix, computed from one another by Spark in blocks of rows.

A factor is a file `<name>.npy`, rows x rank in float32. Each task maps its inputs into memory and writes its own rows,
so sums run in the same order for any number of workers, and the driver sees at most rank x rank values.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyspark.sql import SparkSession

from jobs.collaborative.matrix import BY_ITEM, BY_LISTENER, Floats, opened

Doubles = npt.NDArray[np.float64]
ROWS_A_TASK = 8_192
# Each task leaves a rank x rank matrix in a file, and the driver adds them up.
MOST_TASKS = 256
# Returns the rows from `begin` to `end` of a factor.
Rows = Callable[[int, int], Floats]


@dataclass(frozen=True)
class Factors:
    """The factors in a folder to which `layout.lay_out` has written a matrix."""

    spark: SparkSession
    folder: Path

    def draw(self, name: str, width: int, seed: int, deviation: float = 1.0) -> None:
        """Write a factor over the items, drawn from a normal distribution."""
        rows, chance = self._rows(BY_ITEM), np.random.default_rng(seed)
        drawn = _new(self.folder / f"{name}.npy", rows, width)
        for begin in range(0, rows, ROWS_A_TASK):
            end = min(begin + ROWS_A_TASK, rows)
            drawn[begin:end] = chance.standard_normal((end - begin, width), np.float32) * np.float32(deviation)

    def multiply(self, half: str, factor: str, to: str, mixing: Floats | None = None, *, gram: bool = False) -> Doubles:
        """`to` = D R D (by listener) or its transpose (by item), times the factor, times the matrix `mixing`, if any.

        D are the diagonal matrices `listener_scale` and `item_scale`. With `gram`, returns the inner products of the
        columns of `to`.
        """
        folder = self.folder

        def rows(begin: int, end: int) -> Floats:
            sides = dict(zip((BY_LISTENER, BY_ITEM), opened(folder), strict=True))
            scales = vector(folder, "listener_scale"), vector(folder, "item_scale")
            own, other = scales if half == BY_LISTENER else scales[::-1]
            product: Floats = sides[half].scaled(own, other, begin, end) @ mapped(folder, factor)
            return product if mixing is None else product @ mixing

        width = mixing.shape[1] if mixing is not None else mapped(folder, factor).shape[1]
        return self.compute(half, to, width, rows, gram=gram)

    def mix(self, factor: str, mixing: Floats, scale: str, to: str) -> None:
        """`to` = diag(scale) times a factor over the items, times the matrix `mixing`."""
        folder = self.folder

        def rows(begin: int, end: int) -> Floats:
            mixed: Floats = mapped(folder, factor)[begin:end] @ mixing
            return vector(folder, scale)[begin:end, None] * mixed

        self.compute(BY_ITEM, to, mixing.shape[1], rows)

    def add(self, terms: dict[str, float], scale: str, to: str) -> None:
        """`to` = diag(scale) times the sum of these factors over the items, each times its coefficient."""
        folder = self.folder

        def rows(begin: int, end: int) -> Floats:
            weighted = [np.float32(each) * mapped(folder, name)[begin:end] for name, each in terms.items()]
            total: Floats = vector(folder, scale)[begin:end, None] * np.sum(weighted, axis=0)
            return total

        self.compute(BY_ITEM, to, mapped(folder, next(iter(terms))).shape[1], rows)

    def drop(self, *names: str) -> None:
        """Remove intermediate factors."""
        for name in names:
            (self.folder / f"{name}.npy").unlink()

    def _rows(self, half: str) -> int:
        by_listener, by_item = opened(self.folder)
        return (by_listener if half == BY_LISTENER else by_item).rows

    def compute(self, half: str, to: str, width: int, rows: Rows, *, gram: bool = False) -> Doubles:
        """Write a factor over the rows of a half of the matrix, with `width` columns; `rows` runs in the workers.

        With `gram`, returns the inner products of its columns.
        """
        count = self._rows(half)
        size = max(ROWS_A_TASK, -(-count // MOST_TASKS))
        unfinished = self.folder / f"{to}.unfinished.npy"
        _new(unfinished, count, width)

        def run(tasks: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for begin in (begin for batch in tasks for begin in batch["id"].to_pylist()):
                part = rows(begin, min(begin + size, count))
                written = np.lib.format.open_memmap(unfinished, mode="r+")
                written[begin : begin + len(part)] = part
                written.flush()
                if gram:
                    np.save(_products(unfinished, begin), (part.T @ part).astype(np.float64))
                yield pa.RecordBatch.from_pydict({"begin": [begin]})

        begins = range(0, count, size)
        self.spark.range(0, count, size, len(begins)).mapInArrow(run, "begin long").collect()
        total = np.zeros((width, width) if gram else (0, 0))
        for part in (_products(unfinished, begin) for begin in begins if gram):
            total += np.load(part)
            part.unlink()
        unfinished.replace(self.folder / f"{to}.npy")
        return total


def vector(folder: Path, name: str) -> Floats:
    """A vector from a file, with one number for each row."""
    found: Floats = np.load(folder / f"{name}.npy")
    return found


def mapped(folder: Path, name: str) -> Floats:
    """A factor, mapped into memory."""
    found: Floats = np.load(folder / f"{name}.npy", mmap_mode="r")
    return found


def _products(unfinished: Path, begin: int) -> Path:
    """Where a task leaves the inner products of its part. As rows of a frame they filled the JVM's memory."""
    return unfinished.with_suffix(f".{begin}.npy")


def _new(path: Path, rows: int, width: int) -> Floats:
    made: Floats = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(rows, width))
    return made
