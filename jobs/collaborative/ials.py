"""Implicit alternating least squares: fits a vector for each item; a listener's vector is computed from their items'.

It minimises, over the pairs (u, i) of the community and, weighted by `unobserved`, over all pairs,

    sum of (1 - w_u h_i)^2 + unobserved * sum of (w_u h_i)^2
      + regularisation * [ sum of (n_u + unobserved * items) |w_u|^2 + sum of (n_i + unobserved * listeners) |h_i|^2 ]

n_u and n_i are the numbers of pairs of each. Hu, Koren and Volinsky, ICDM 2008; the weights of the regularisation:
Rendle, Krichene, Zhang and Koren, RecSys 2022. Each half of a step is exact. In the basis in which the other side's
Gram matrix is diagonal, a row of n pairs needs a system of n equations instead of one of the rank's size, since
(B + X'X)^-1 X' = B^-1 X' (1 + X B^-1 X')^-1, where B is the diagonal of all that does not depend on the row's pairs.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from jobs.collaborative.factors import Doubles, Factors, mapped, vector
from jobs.collaborative.matrix import BY_ITEM, BY_LISTENER, Floats, opened
from jobs.collaborative.parameters import Parameters

Indices = npt.NDArray[np.integer]
# The length of the initial random vectors; from zero vectors the iteration would not move.
FIRST_LENGTH = 0.1
SPECTRUM, EMBEDDING = "spectrum", "embedding"


@dataclass(frozen=True)
class Embedding:
    """The items' vectors, in the basis in which their Gram matrix is diagonal: `spectrum` is its diagonal."""

    items: Floats
    spectrum: Floats
    unobserved: float
    regularisation: float

    @classmethod
    def load(cls, folder: Path, parameters: Parameters) -> "Embedding":
        """The embedding of the model in a folder, with the vectors mapped into memory."""
        items, spectrum = mapped(folder, EMBEDDING), vector(folder, SPECTRUM)
        return cls(items, spectrum, parameters.ials_unobserved, parameters.ials_regularisation)

    def scores(self, histories: csr_matrix) -> Floats:
        """items x listeners: the score of every item for each row of `histories`, listeners x items."""
        scored: Floats = self.items @ self.vectors(histories).T
        return scored

    def vectors(self, histories: csr_matrix) -> Floats:
        """listeners x rank: the vector computed from each row of `histories`."""
        rows = (histories[place] for place in range(histories.shape[0]))
        return np.stack([self._folded(row.indices, row.data)[0] for row in rows])

    def shares(self, history: csr_matrix, items: Indices) -> Floats:
        """seeds x items: what each item of one listener's history adds to the score of each of these items."""
        _, counts, seeds, damping = self._folded(history.indices, history.data)
        near: Floats = np.divide(seeds, damping) @ self.items[items].T
        return counts[:, None] * near

    def _folded(self, items: Indices, weights: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """A listener's vector w; c with B w = X' c, which makes w a sum over their items; X; the diagonal of B."""
        damping = damped(self.spectrum, len(items), len(self.items), self.unobserved, self.regularisation)
        seeds = self.items[items]
        found = solved(seeds, weights, damping)
        return found, weights * (1 - seeds @ found), seeds, damping


def embed(factors: Factors, parameters: Parameters) -> None:
    """Fit the items' vectors, and write them and their spectrum into the folder."""
    sides = opened(factors.folder)
    width = min(parameters.ials_rank, *(side.rows for side in sides))
    factors.draw(EMBEDDING, width, parameters.seed, FIRST_LENGTH / np.sqrt(width))
    gram = _turned(factors, BY_ITEM, EMBEDDING, np.eye(width, dtype=np.float32))
    for _ in range(parameters.ials_steps):
        gram = _half_step(factors, (BY_ITEM, EMBEDDING), (BY_LISTENER, "middle"), gram, parameters)
        gram = _half_step(factors, (BY_LISTENER, "middle"), (BY_ITEM, EMBEDDING), gram, parameters)
    spectrum, basis = _diagonal(gram)
    _turned(factors, BY_ITEM, EMBEDDING, basis)
    np.save(factors.folder / f"{SPECTRUM}.npy", spectrum)
    factors.drop("middle")


def damped(spectrum: Floats, pairs: int, others: int, unobserved: float, regularisation: float) -> Floats:
    """The diagonal of B: the part of a row's equations that does not depend on which pairs it has."""
    damping: Floats = unobserved * spectrum + np.float32(regularisation * (pairs + unobserved * others))
    return damping


def solved(others: Floats, weights: Floats, damping: Floats) -> Floats:
    """The vector w of (B + X' R X) w = X' R 1, with X the vectors of a row's pairs and R their weights."""
    if len(others) > len(damping):
        weighed = others * weights[:, None]
        found: Floats = np.linalg.solve(np.diag(damping) + weighed.T @ others, weighed.sum(axis=0))
        return found
    spread = others / damping
    inner = spread @ others.T
    inner[np.diag_indices_from(inner)] += 1 / weights
    combined: Floats = np.linalg.solve(inner, np.ones(len(others), np.float32)) @ spread
    return combined


def _half_step(
    factors: Factors, given: tuple[str, str], sought: tuple[str, str], gram: Doubles, parameters: Parameters
) -> Doubles:
    """Compute one side's vectors from the other's, whose Gram matrix is `gram`; return the Gram matrix of the new ones.

    A side is given as the half of the matrix and the name of its factor.
    """
    folder, (half, name), width = factors.folder, sought, len(gram)
    spectrum, basis = _diagonal(gram)
    _turned(factors, *given, basis)

    def rows(begin: int, end: int) -> Floats:
        own = dict(zip((BY_LISTENER, BY_ITEM), opened(folder), strict=True))[half]
        others, found = mapped(folder, given[1]), np.empty((end - begin, width), np.float32)
        for row in range(begin, end):
            pairs = own.indices[own.indptr[row] : own.indptr[row + 1]]
            damping = damped(
                spectrum, len(pairs), own.columns, parameters.ials_unobserved, parameters.ials_regularisation
            )
            found[row - begin] = solved(others[pairs], np.ones(len(pairs), np.float32), damping)
        return found

    return factors.compute(half, name, width, rows, gram=True)


def _turned(factors: Factors, half: str, name: str, basis: Floats) -> Doubles:
    """Multiply a factor by `basis`, in place; return its new Gram matrix."""
    folder = factors.folder
    return factors.compute(
        half, name, len(basis), lambda begin, end: mapped(folder, name)[begin:end] @ basis, gram=True
    )


def _diagonal(gram: Doubles) -> tuple[Floats, Floats]:
    """The eigenvalues of a Gram matrix, in ascending order, and its eigenvectors."""
    spectrum, basis = np.linalg.eigh(gram)
    return np.maximum(spectrum, 0).astype(np.float32), basis.astype(np.float32)
