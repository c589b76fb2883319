"""Compares parameters of the collaborative model, tuned on some listeners of HetRec and evaluated on others.

`python -m benchmarks.tuning`. CF_ARTISTS names a folder with HetRec's user_artists.dat; by default the one in
SEGUE_SHARED is used. Listeners are split into five groups by hash: three for tuning, two for evaluation. For each group
the model is fitted on all others: a fifth of the artists of the group's listeners is hidden, to be found from the rest.
"""

import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, diags

from benchmarks.measuring import shared_data
from jobs.collaborative.matrix import Floats
from jobs.collaborative.parameters import Parameters
from jobs.collaborative.scoring import Model
from jobs.evaluation.intervals import of_mean
from jobs.evaluation.metrics import Doubles, recall
from jobs.evaluation.neighbours import item_knn, item_similarity, rp3beta

GROUPS = 5
TUNING, JUDGING = (0, 1, 2), (3, 4)
LENGTH = 50
# Eigenvalues smaller than the largest by this factor are rounding noise.
NOISE = 1e-9
DEFAULT = Parameters()
# The lambda that was best on Gowalla; with rarer artists the matrix would not fit in memory beside the rest.
EASE_LAMBDA, EASE_FEWEST = 200.0, 5
# The values tried for one constant at a time, in addition to its default.
TRIED: dict[str, tuple[float, ...]] = {
    "listener_exponent": (0.0, 0.15, 0.5, 0.7),
    "sharpening": (0.0, 0.4, 0.7, 0.9, 1.2),
    "rank": (64, 256, 512),
    "low_rank_weight": (0.0, 0.02, 0.15, 0.3),
    "popularity_exponent": (-0.1, 0.0, 0.1, 0.25, 0.35),
}
# The weight of each of a listener's artists from its plays; by default all are equal, since HetRec has no times.
WEIGHTS: dict[str, Callable[[Doubles], Doubles]] = {
    "plays^(1/4)": lambda plays: np.sqrt(np.sqrt(plays)),
    "ln(1 + plays)": np.log1p,
    "sqrt(plays)": np.sqrt,
}


@dataclass(frozen=True, eq=False)
class Group:
    """Listeners x artists: the plays of all others, and the known and the hidden plays of the group's listeners."""

    others: csr_matrix
    known: csr_matrix
    hidden: csr_matrix


Scoring = Callable[[Group], Floats]


def groups(path: Path) -> list[Group]:
    """HetRec's listeners, each in one group; those with nothing hidden, or all, are in none."""
    listeners, artists, plays = np.loadtxt(path, int, skiprows=1).T
    of_listener = np.array([_hash(f"listener {each}") for each in listeners])
    is_hidden = np.array([_hash(f"{one}-{two}") == 0 for one, two in zip(listeners, artists, strict=True)])
    (people, rows), (items, columns) = (np.unique(each, return_inverse=True) for each in (listeners, artists))

    def matrix(which: npt.NDArray[np.bool_]) -> csr_matrix:
        places = (rows[which], columns[which])
        return csr_matrix((plays[which].astype(float), places), shape=(len(people), len(items)))

    found = []
    for number in range(GROUPS):
        inside = of_listener == number
        known, hidden = matrix(inside & ~is_hidden), matrix(inside & is_hidden)
        whole = (known.getnnz(1) > 0) & (hidden.getnnz(1) > 0)
        others = matrix(~inside)
        found.append(Group(others[others.getnnz(1) > 0], known[whole], hidden[whole]))
    return found


def fitted(group: Group, parameters: Parameters) -> Model:
    """The model of jobs.collaborative, in memory and with an exact SVD; an artist without listeners scores 0."""
    degrees = np.asarray(group.others.sign().sum(axis=0)).ravel()
    norm, squares, vectors = _decomposed(group, parameters.listener_exponent)
    kept = min(parameters.rank, len(squares))
    right = np.asarray(norm.T @ vectors[:, :kept]) / np.sqrt(squares[:kept])
    filtered = np.sqrt(degrees)[:, None] * right
    target = parameters.series[0] * filtered
    for coefficient in parameters.series[1:]:
        filtered = np.asarray(norm.T @ (norm @ filtered))
        target += coefficient * filtered
    boost = _power(degrees, parameters.popularity_exponent)
    target *= parameters.low_rank_weight * boost[:, None]
    source = _power(degrees, -0.5)[:, None] * right
    single = norm.astype(np.float32)
    singles = [each.astype(np.float32) for each in (source, target, boost)]
    return Model(single, single.T.tocsr(), singles[0], singles[1], singles[2], parameters.series)


def by_model(group: Group, parameters: Parameters, weigh: Callable[[Doubles], Doubles] = np.sign) -> Floats:
    """Listeners x artists: the scores of the model."""
    own = group.known.copy().astype(np.float32)
    own.data = weigh(own.data)
    scores: Floats = fitted(group, parameters).scores(own).T
    return scores


def by_item_knn(group: Group) -> Floats:
    """Listeners x artists: the scores of the evaluation's item-kNN."""
    similarity = item_similarity(group.others.sign(), np.arange(group.others.shape[1]))
    return np.stack([item_knn(similarity, own) for own in group.known])


def by_rp3beta(group: Group) -> Floats:
    """Listeners x artists: the scores of the evaluation's RP3beta."""
    people = group.others.sign()
    return np.stack([rp3beta(people, own) for own in group.known])


def by_ease(group: Group) -> Floats:
    """Listeners x artists: the scores of EASE (Steck, WWW 2019), over artists with five listeners or more."""
    known = np.flatnonzero(group.others.getnnz(0) >= EASE_FEWEST)
    people = group.others.sign().tocsc()[:, known].astype(np.float32)
    precision = np.linalg.inv((people.T @ people).toarray() + EASE_LAMBDA * np.eye(len(known), dtype=np.float32))
    weights = -precision / np.diag(precision)
    np.fill_diagonal(weights, 0)
    scores = np.zeros(group.known.shape, np.float32)
    scores[:, known] = group.known.sign()[:, known] @ weights
    return scores


def settings() -> Iterator[tuple[str, Scoring]]:
    """The settings that are compared, the default first."""
    yield "as it is", partial(by_model, parameters=DEFAULT)
    for name, values in TRIED.items():
        for value in values:
            yield f"{name} {value}", partial(by_model, parameters=Parameters(**{**asdict(DEFAULT), name: value}))
    yield "order 2, sharpening 1.2", partial(by_model, parameters=replace(DEFAULT, order=2, sharpening=1.2))
    for name, weigh in WEIGHTS.items():
        yield f"an artist counts {name}", partial(by_model, parameters=DEFAULT, weigh=weigh)
    yield "item-kNN", by_item_knn
    yield "RP3beta", by_rp3beta
    yield "EASE", by_ease


def recalls(scores: Floats, group: Group) -> Doubles:
    """recall@50 of each listener of the group, without the artists that they are known to play."""
    scores = np.array(scores)
    scores[group.known.nonzero()] = -np.inf
    best = np.argpartition(-scores, LENGTH, axis=1)[:, :LENGTH]
    wanted = np.split(group.hidden.indices, group.hidden.indptr[1:-1])
    return np.array([recall(first, hidden, LENGTH) for first, hidden in zip(best, wanted, strict=True)])


def compare(parts: Sequence[Group]) -> Iterator[str]:
    """A row of the table for each setting: its recall on tuning and on evaluation groups, and its lead on these."""
    default: Doubles | None = None
    for name, scoring in settings():
        tuned, judged = (
            np.concatenate([recalls(scoring(parts[each]), parts[each]) for each in which])
            for which in (TUNING, JUDGING)
        )
        default = judged if default is None else default
        found, lead = of_mean(judged), of_mean(judged - default)
        yield (
            f"| {name} | {tuned.mean():.4f} | {found.value:.4f} ({found.low:.4f} to {found.high:.4f}) "
            f"| {lead.value:+.4f} ({lead.low:+.4f} to {lead.high:+.4f}) |"
        )


def main() -> None:
    """Print the table, or say that there is no data."""
    folder = Path(os.environ.get("CF_ARTISTS", shared_data() / "hetrec"))
    files = sorted(folder.glob("user_artists.dat*"))
    if not files:
        print(f"skipped: there is no {folder}, name a folder with HetRec's user_artists.dat in CF_ARTISTS")
        return
    print(f"| setting | recall@{LENGTH}, tuning | recall@{LENGTH}, judging | lead over as it is |\n|---|---|---|---|")
    for row in compare(groups(files[0])):
        print(row, flush=True)


def _hash(text: str) -> int:
    return zlib.crc32(text.encode()) % GROUPS


@lru_cache(maxsize=GROUPS)
def _decomposed(group: Group, listener_exponent: float) -> tuple[csr_matrix, Doubles, Doubles]:
    """N, the squares of its singular values, the largest first, and its left singular vectors."""
    people = group.others.sign()
    of_listeners, of_items = (np.asarray(people.sum(axis=axis)).ravel() for axis in (1, 0))
    scaled = diags(_power(of_listeners, -listener_exponent)) @ people @ diags(_power(of_items, -0.5))
    squares, vectors = np.linalg.eigh((scaled @ scaled.T).toarray())
    kept = squares > NOISE * squares[-1]
    norm = (scaled / np.sqrt(squares[-1])).tocsr()
    return norm, squares[kept][::-1] / squares[-1], vectors[:, kept][:, ::-1]


def _power(values: Doubles, exponent: float) -> Doubles:
    """The values raised to the exponent; 0 for values of 0."""
    raised: Doubles = np.where(values > 0, np.maximum(values, 1.0) ** exponent, 0.0)
    return raised


if __name__ == "__main__":
    main()
