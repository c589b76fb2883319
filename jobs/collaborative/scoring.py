"""Scores listeners against all items with a fitted model, in one process, with numpy and scipy only."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from jobs.collaborative.factors import vector
from jobs.collaborative.ials import Embedding
from jobs.collaborative.matrix import Floats, opened
from jobs.collaborative.parameters import read_about

Indices = npt.NDArray[np.integer]
Weights = npt.NDArray[np.float64]
# The best items are found through the maxima of groups of this many.
GROUP = 64
# Each takes a dense column over all listeners of the community: 64 columns of a million are 256 MB.
EXPLAINED_AT_ONCE = 64


@dataclass(frozen=True)
class Model:
    """A fitted model in memory, its factors mapped from files.

    `to_listeners` is N, `to_items` its transpose; `source` and `target` are items x rank. `blend` is the part of the
    `embedding` in the score, if there is one.
    """

    to_listeners: csr_matrix
    to_items: csr_matrix
    source: Floats
    target: Floats
    boost: Floats
    series: tuple[float, ...]
    embedding: Embedding | None = None
    blend: float = 0.0

    def scores(self, histories: csr_matrix) -> Floats:
        """items x listeners: the score of every item for each row of `histories`, listeners x items.

        score(u) = [ r_u P q(P) + w r_u D_i^-1/2 V V' D_i^1/2 q(P) ] D_i^e; blended, the weighted mean of this and of
        the embedding's score, each as a z-score over the listener's items.
        """
        filtered = self._filtered(histories)
        if self.embedding is None:
            return filtered
        return (1 - self.blend) * _standard(filtered) + self.blend * _standard(self.embedding.scores(histories))

    def shares(self, history: csr_matrix, items: Indices) -> Floats:
        """seeds x items: what each item of one listener's history adds to the score of each of these items."""
        blocks = np.split(items, range(EXPLAINED_AT_ONCE, len(items), EXPLAINED_AT_ONCE))
        added: Floats = np.hstack([self._shares(history, block) for block in blocks])
        if self.embedding is None:
            return added
        filtered = added / self._filtered(history).std()
        embedded = self.embedding.shares(history, items) / self.embedding.scores(history).std()
        shared: Floats = (1 - self.blend) * filtered + self.blend * embedded
        return shared

    def best(self, histories: csr_matrix, count: int) -> tuple[Indices, Floats]:
        """listeners x count: each listener's best items outside their history, and the scores, -inf if none are left.

        Exact over all items; ties go to the lower index.
        """
        scored = np.ascontiguousarray(self.scores(histories).T)
        scored[histories.nonzero()] = -np.inf
        found = np.stack([_best(row, count) for row in scored])
        return found, np.take_along_axis(scored, found, axis=1)

    def _filtered(self, histories: csr_matrix) -> Floats:
        linear = self.to_items @ self._sharpened((self.to_listeners @ histories.T.tocsr()).toarray())
        linear *= self.boost[:, None]
        linear += self.target @ (histories @ self.source).T
        scored: Floats = linear
        return scored

    def _shares(self, history: csr_matrix, items: Indices) -> Floats:
        seeds = history.indices
        columns = self.to_items[items].T.toarray()
        linear = (self.to_items[seeds] @ self._sharpened(columns)) * self.boost[items]
        added: Floats = history.data[:, None] * (linear + self.source[seeds] @ self.target[items].T)
        return added

    def _sharpened(self, signals: Floats) -> Floats:
        """q(N N') times signals over the listeners: N' q(N N') N = P q(P)."""
        first, *further = self.series
        total, power = np.float32(first) * signals, signals
        for coefficient in further:
            power = self.to_listeners @ (self.to_items @ power)
            total += np.float32(coefficient) * power
        return total


@lru_cache(maxsize=2)
def load(folder: Path) -> Model:
    """The model in a folder; cached, since a worker scores many listeners with one model."""
    parameters, sigma = read_about(folder)
    by_listener, by_item = opened(folder)
    of_listeners, of_items = vector(folder, "listener_scale") / np.float32(sigma), vector(folder, "item_scale")
    source, target = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("source", "target"))
    return Model(
        by_listener.scaled(of_listeners, of_items),
        by_item.scaled(of_items, of_listeners),
        source,
        target,
        vector(folder, "item_boost"),
        parameters.series,
        Embedding.load(folder, parameters) if parameters.blend else None,
        parameters.blend,
    )


def histories(rows: Sequence[Indices], items: int, weights: Sequence[Weights] = ()) -> csr_matrix:
    """The listeners x items matrix of these lists of distinct items, with these weights, else 1."""
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    indices = np.concatenate(rows) if rows else np.empty(0, np.int32)
    counting = np.concatenate(weights) if weights else np.ones(len(indices))
    return csr_matrix((counting.astype(np.float32), indices, indptr), shape=(len(rows), items))


def _standard(scored: Floats) -> Floats:
    """items x listeners: each listener's scores as z-scores."""
    standard: Floats = (scored - scored.mean(axis=0)) / scored.std(axis=0)
    return standard


def _best(scored: Floats, count: int) -> Indices:
    """The positions of the `count` largest values (or all), largest first, ties by position.

    Only values from the count-th largest group maximum up are sorted: the count-th largest value is at least that.
    """
    count = min(count, len(scored))
    maxima = np.maximum.reduceat(scored, np.arange(0, len(scored), GROUP))
    floor = np.partition(maxima, -count)[-count] if count <= len(maxima) else -np.inf
    candidates = np.flatnonzero(scored >= floor)
    order = np.lexsort((candidates, -scored[candidates]))
    best: Indices = candidates[order[:count]]
    return best
