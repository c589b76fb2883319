"""The benchmark that tunes the model fits in memory what the lake's fit gives, and counts what is found."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from benchmarks.tuning import Group, fitted, recalls
from jobs.collaborative.parameters import Parameters
from tests.jobs.test_collaborative import by_the_formula, drawn


def test_the_model_in_memory_scores_as_the_formula_says() -> None:
    parameters = Parameters(rank=5, order=2, low_rank_weight=0.5)
    known, plays = drawn(7), csr_matrix(3 * drawn())
    model = fitted(Group(plays, csr_matrix(known), csr_matrix(known)), parameters)

    found = model.scores(csr_matrix(known.astype(np.float32))).T
    assert found == pytest.approx(by_the_formula(drawn(), known, parameters), rel=1e-4, abs=1e-6)


def test_what_is_known_of_a_listener_is_not_found_again() -> None:
    known, hidden = np.zeros((2, 60)), np.zeros((2, 60))
    known[:, :5], hidden[0, [7, 59]], hidden[1, 8] = 1, 1, 1
    group = Group(csr_matrix(known), csr_matrix(known), csr_matrix(hidden))

    assert recalls(np.tile(np.arange(60.0, 0, -1), (2, 1)).astype(np.float32), group).tolist() == [0.5, 1.0]
