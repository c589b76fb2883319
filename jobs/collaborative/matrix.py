"""The listeners x items matrix, sparse (CSR), in files that every worker maps into memory: by listener, and by item.

`<half>.indptr.npy` has the start of each row, `<half>.indices.npy` the columns of its ones.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float32]
BY_LISTENER, BY_ITEM = "by_listener", "by_item"


@dataclass(frozen=True)
class Half:
    """The matrix in CSR form with listeners or items as rows: `rows` x `columns`, all values 1."""

    indptr: npt.NDArray[np.integer]
    indices: npt.NDArray[np.integer]
    columns: int

    @property
    def rows(self) -> int:
        return len(self.indptr) - 1

    @property
    def degrees(self) -> npt.NDArray[np.integer]:
        """The number of ones in each row."""
        return np.diff(self.indptr)

    def scaled(self, row_scale: Floats, column_scale: Floats, begin: int = 0, end: int | None = None) -> csr_matrix:
        """Rows `begin` to `end` of diag(row_scale) times this matrix times diag(column_scale)."""
        end = self.rows if end is None else end
        indptr = np.asarray(self.indptr[begin : end + 1])
        indices = np.asarray(self.indices[indptr[0] : indptr[-1]])
        values = np.repeat(row_scale[begin:end], np.diff(indptr)) * column_scale[indices]
        return csr_matrix((values, indices, indptr - indptr[0]), shape=(end - begin, self.columns))


def opened(folder: Path) -> tuple[Half, Half]:
    """The matrix by listener and by item, mapped into memory."""
    starts = {half: _mapped(folder, half, "indptr") for half in (BY_LISTENER, BY_ITEM)}
    listeners, items = (len(starts[half]) - 1 for half in (BY_LISTENER, BY_ITEM))
    return (
        Half(starts[BY_LISTENER], _mapped(folder, BY_LISTENER, "indices"), items),
        Half(starts[BY_ITEM], _mapped(folder, BY_ITEM, "indices"), listeners),
    )


def _mapped(folder: Path, half: str, part: str) -> npt.NDArray[np.integer]:
    found: npt.NDArray[np.integer] = np.load(folder / f"{half}.{part}.npy", mmap_mode="r")
    return found
