"""Metrics of ranked lists: pure functions over arrays, each formula with its source.

A list is an array of item numbers, the best first; `relevant` is the set of items that should be in it, as numbers.
"""

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

Items = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]
# Steck 2018: the part of the wanted distribution mixed into the list's, so that no tag has probability 0.
CALIBRATION_SMOOTHING = 0.01


def hits(ranked: Items, relevant: Items, k: int) -> npt.NDArray[np.bool_]:
    """Which of the first k are relevant; shorter if the list is."""
    return np.isin(ranked[:k], relevant)


def hit_rate(ranked: Items, relevant: Items, k: int) -> float:
    """1 if any of the first k is relevant, else 0 (Deshpande and Karypis, TOIS 2004)."""
    return float(hits(ranked, relevant, k).any())


def recall(ranked: Items, relevant: Items, k: int) -> float:
    """The share of the relevant items that are among the first k (Herlocker et al., TOIS 2004); not capped at k."""
    return float(hits(ranked, relevant, k).sum() / len(relevant))


def ndcg(ranked: Items, relevant: Items, k: int) -> float:
    """DCG / ideal DCG, with gains 1 and discounts 1 / log2(1 + rank) (Järvelin and Kekäläinen, TOIS 2002)."""
    found = hits(ranked, relevant, k)
    discounts = 1 / np.log2(np.arange(2, k + 2))
    return float(found @ discounts[: len(found)] / discounts[: len(relevant)].sum())


def coverage(shown: Doubles, catalogue: int) -> float:
    """The share of the catalogue that is shown to anybody (Ge, Delgado-Battenfeld and Jannach, RecSys 2010).

    `shown` has how often each item is shown; items that are never shown may be left out.
    """
    return float(np.count_nonzero(shown) / catalogue)


def gini(shown: Doubles, catalogue: int) -> float:
    """How unequally items are shown, over the whole catalogue: 0 if all equally, near 1 if only a few.

    sum over i = 1..n of (2 i - n - 1) x_i / (n sum x), x ascending (Shani and Gunawardana, Handbook 2011).
    """
    counts = np.sort(shown[shown > 0])
    if not len(counts):
        return 0.0
    # Items that are never shown come first in the order and add nothing.
    places = np.arange(catalogue - len(counts) + 1, catalogue + 1)
    return float(((2 * places - catalogue - 1) @ counts) / (catalogue * counts.sum()))


def diversity(tags: csr_matrix) -> float:
    """1 - the mean cosine of all pairs (Ziegler et al., WWW 2005); `tags` are items x tags, rows of length 1 or 0.

    An item without tags has cosine 0 with all others. 0 for fewer than two items.
    """
    count = tags.shape[0]
    if count < 2:
        return 0.0
    total = np.asarray(tags.sum(axis=0)).ravel()
    alike = total @ total - tags.multiply(tags).sum()
    return float(1 - alike / (count * (count - 1)))


def novelty(ranked: Items, listeners_of: Doubles, listeners: int, k: int) -> float:
    """The mean of -log2 p(item) over the first k, in bits (Zhou et al., PNAS 2010; Vargas and Castells, RecSys 2011).

    p = (1 + the item's listeners) / (1 + all listeners), so that items without listeners give a finite value.
    """
    if not len(ranked):
        return 0.0
    return float(-np.log2((1 + listeners_of[ranked[:k]]) / (1 + listeners)).mean())


def miscalibration(wanted: Doubles, shown: Doubles) -> float:
    """The Kullback-Leibler divergence in nats of the list's tags from the listener's (Steck, RecSys 2018); 0 is best.

    sum of p ln(p / q'), q' = .99 q + .01 p. Both are distributions over tags; 0 where either is empty.
    """
    if not wanted.any() or not shown.any():
        return 0.0
    mixed = (1 - CALIBRATION_SMOOTHING) * shown + CALIBRATION_SMOOTHING * wanted
    liked = wanted > 0
    return float(wanted[liked] @ np.log(wanted[liked] / mixed[liked]))


def marginal_recall(ranked: Items, others: Items, relevant: Items, k: int) -> float:
    """The recall that only this list adds: the share of relevant items in its first k but not in `others`."""
    return recall(ranked[:k][~np.isin(ranked[:k], others)], relevant, k)


def overlap(ranked: Items, other: Items, k: int) -> float:
    """The share of a list's first k that are among another list's first k; 0 for an empty list."""
    first = ranked[:k]
    return float(np.isin(first, other[:k]).mean()) if len(first) else 0.0
