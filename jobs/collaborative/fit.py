"""Fits the model: degrees, the sparse matrix and the low-rank factors; no training loop."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pyspark.sql import DataFrame

from jobs.collaborative.factors import Doubles, Factors
from jobs.collaborative.ials import embed
from jobs.collaborative.layout import lay_out
from jobs.collaborative.matrix import BY_ITEM, BY_LISTENER, Floats, opened
from jobs.collaborative.parameters import Parameters, write_about

# Singular vectors that are computed in addition to those that are kept, for accuracy.
OVERSAMPLING = 64
# Eigenvalues smaller than the largest by this factor are rounding noise in float32.
NOISE = 1e-6


@dataclass(frozen=True)
class Fitted:
    """A model: its items (`item`, `item_index`, `degree`), and the amount of data that it was fitted on."""

    items: DataFrame
    item_count: int
    listener_count: int
    pair_count: int
    rank: int
    sigma: float


def fit(pairs: DataFrame, folder: Path, parameters: Parameters) -> Fitted:
    """Fit the model on pairs of `listener` and `item`, which may be repeated, and write it into a new folder.

    Listeners and items are numbered in sorted order, and sums run in that order, so the same pairs and parameters give
    the same model. The folder holds all that scoring needs, and no listener's name.
    """
    folder.mkdir(parents=True)
    items = lay_out(pairs, folder)
    write_scales(folder, parameters)
    factors = Factors(pairs.sparkSession, folder)
    mixing, sigma = _subspace(factors, parameters)
    _low_rank(factors, parameters, mixing, sigma)
    if parameters.blend:
        embed(factors, parameters)
    write_about(folder, parameters, sigma)
    by_listener, by_item = opened(folder)
    return Fitted(items, by_item.rows, by_listener.rows, len(by_item.indices), mixing.shape[1], sigma)


def write_scales(folder: Path, parameters: Parameters) -> None:
    """Write the diagonal matrices of the formula, each as a vector."""
    by_listener, by_item = opened(folder)
    listeners, items = by_listener.degrees.astype(float), by_item.degrees.astype(float)
    scales = {
        "listener_scale": listeners**-parameters.listener_exponent,
        "item_scale": items**-0.5,
        "item_root": items**0.5,
        "item_boost": items**parameters.popularity_exponent,
    }
    for name, scale in scales.items():
        np.save(folder / f"{name}.npy", scale.astype(np.float32))


def _subspace(factors: Factors, parameters: Parameters) -> tuple[Floats, float]:
    """A randomised SVD by power steps: writes `basis`; returns the matrix M with V = basis M, and sigma_1."""
    by_listener, by_item = opened(factors.folder)
    width = min(parameters.rank + OVERSAMPLING, by_listener.rows, by_item.rows)
    factors.draw("basis", width, parameters.seed)
    mixing = np.eye(width, dtype=np.float32)
    for _ in range(parameters.power_steps):
        factors.multiply(BY_LISTENER, "basis", "middle", mixing)
        mixing = _whitening(factors.multiply(BY_ITEM, "middle", "basis", gram=True))
    squares, rotation = _leading(factors.multiply(BY_LISTENER, "basis", "middle", mixing, gram=True))
    rotated: Floats = (mixing @ rotation[:, : parameters.rank]).astype(np.float32)
    return rotated, float(np.sqrt(squares[0]))


def _low_rank(factors: Factors, parameters: Parameters, mixing: Floats, sigma: float) -> None:
    """`source` = D_i^-1/2 V and `target` = w D_i^e q(P) D_i^1/2 V: the low-rank score is r_u source target'."""
    factors.mix("basis", mixing, "item_scale", "source")
    factors.mix("basis", mixing, "item_root", "filtered_0")
    for power in range(1, parameters.order + 1):
        factors.multiply(BY_LISTENER, f"filtered_{power - 1}", "middle")
        factors.multiply(BY_ITEM, "middle", f"filtered_{power}")
    terms = {
        f"filtered_{power}": parameters.low_rank_weight * coefficient / sigma ** (2 * power)
        for power, coefficient in enumerate(parameters.series)
    }
    factors.add(terms, "item_boost", "target")
    factors.drop("basis", "middle", *terms)


def _whitening(gram: Doubles) -> Floats:
    """C such that the columns of Y C are orthonormal, where gram = Y' Y."""
    squares, rotation = _leading(gram)
    whitening: Floats = (rotation / np.sqrt(squares)).astype(np.float32)
    return whitening


def _leading(gram: Doubles) -> tuple[Doubles, Doubles]:
    """The eigenvalues above rounding noise, the largest first, and their eigenvectors."""
    squares, rotation = np.linalg.eigh(gram)
    kept = int(np.sum(squares > NOISE * squares[-1]))
    return squares[::-1][:kept], rotation[:, ::-1][:, :kept]
