"""Item-kNN and RP3beta on the listeners x items matrix: the neighbourhood baselines of the literature.

`people` is listeners x items, 1 if the listener plays the item; `own` is one listener's row of it.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, vstack

from jobs.evaluation.metrics import Doubles, Items

# The best on Gowalla's held out items, as measured for docs/collaborative.md.
SHRINKAGE, NEIGHBOURS = 20.0, 200
BETA = 0.3
ITEMS_AT_ONCE = 512


def item_similarity(people: csr_matrix, asked: Items) -> csr_matrix:
    """items x items: for each asked item, the 200 nearest by shrunk cosine, c / (sqrt(n_i n_j) + 20).

    An item with a single listener is near nothing. Source: Sarwar et al., WWW 2001.
    """
    degrees = np.asarray(people.sum(axis=0), np.float32).ravel()
    shared = np.flatnonzero(degrees > 1)
    among = people.tocsc()[:, shared].astype(np.float32)
    wanted = np.flatnonzero(np.isin(shared, asked))
    blocks = [
        _nearest(among, degrees[shared], wanted[begin : begin + ITEMS_AT_ONCE])
        for begin in range(0, len(wanted), ITEMS_AT_ONCE)
    ]
    near = vstack(blocks).tocoo() if blocks else csr_matrix((0, 0)).tocoo()
    places = (shared[wanted[near.row]], shared[near.col])
    return csr_matrix((near.data, places), shape=(len(degrees), len(degrees)))


def item_knn(similarity: csr_matrix, own: csr_matrix) -> Doubles:
    """For each item, the sum of its similarities to the listener's items, as far as it is among their nearest."""
    return np.asarray((own.sign() @ similarity).todense()).ravel()


def rp3beta(people: csr_matrix, own: csr_matrix) -> Doubles:
    """Three steps of a random walk from the listener, divided by popularity^.3 (Paudel et al., TiiS 2017)."""
    by_person, by_item = (np.asarray(people.sum(axis=axis)).ravel() for axis in (1, 0))
    steps = own.sign() @ diags(_inverse(by_item)) @ people.T @ diags(_inverse(by_person)) @ people
    reached: Doubles = np.asarray(steps.todense()).ravel() * _inverse(by_item**BETA)
    return reached


def _nearest(people: csr_matrix, degrees: NDArray[np.float32], items: Items) -> csr_matrix:
    together = (people[:, items].T @ people).toarray()
    together[np.arange(len(items)), items] = 0
    cosine = together / (np.sqrt(np.outer(degrees[items], degrees)) + SHRINKAGE)
    kept = min(NEIGHBOURS, cosine.shape[1])
    floor = np.partition(cosine, -kept, axis=1)[:, -kept][:, None]
    cosine[cosine < floor] = 0
    return csr_matrix(cosine)


def _inverse(values: Doubles) -> Doubles:
    inverse: Doubles = np.divide(1.0, values, out=np.zeros_like(values, dtype=float), where=values > 0)
    return inverse
