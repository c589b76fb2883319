"""The metrics of the evaluation, against values worked out by hand."""

from math import log, log2

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from jobs.evaluation import metrics
from jobs.evaluation.intervals import of_all, of_mean
from jobs.evaluation.metrics import Items

RELEVANT = np.array([1, 5, 9])


def items(*numbers: int) -> Items:
    return np.array(numbers, np.int64)


def test_a_hit_counts_from_the_place_where_it_stands() -> None:
    ranked = items(3, 1, 2, 5)

    assert [metrics.hit_rate(ranked, RELEVANT, k) for k in (1, 2, 4)] == [0, 1, 1]


def test_recall_is_of_all_that_is_relevant_however_short_the_list() -> None:
    assert metrics.recall(items(3, 1, 2, 5), RELEVANT, 4) == pytest.approx(2 / 3)
    assert metrics.recall(items(1), RELEVANT, 1) == pytest.approx(1 / 3)


def test_ndcg_is_what_was_gained_over_what_could_be() -> None:
    best = 1 + 1 / log2(3) + 1 / log2(4)

    assert metrics.ndcg(items(3, 1, 2, 5), RELEVANT, 4) == pytest.approx((1 / log2(3) + 1 / log2(5)) / best)
    assert metrics.ndcg(items(5, 9, 1), RELEVANT, 10) == pytest.approx(1)


def test_an_empty_list_finds_nothing() -> None:
    assert metrics.hit_rate(items(), RELEVANT, 10) == metrics.recall(items(), RELEVANT, 10) == 0
    assert metrics.ndcg(items(), RELEVANT, 10) == metrics.overlap(items(), items(1), 10) == 0


def test_coverage_and_gini_are_over_what_was_never_shown_too() -> None:
    assert metrics.coverage(np.array([2.0, 0, 1]), 4) == 0.5
    assert metrics.gini(np.ones(4), 4) == 0
    assert metrics.gini(np.array([7.0]), 4) == pytest.approx(3 / 4)
    assert metrics.gini(np.array([1.0, 3]), 2) == pytest.approx(1 / 4)


def test_diversity_is_the_mean_distance_of_pairs() -> None:
    rock, jazz = [1.0, 0.0], [0.0, 1.0]

    assert metrics.diversity(csr_matrix([rock, jazz])) == 1
    assert metrics.diversity(csr_matrix([rock, rock, jazz])) == pytest.approx(2 / 3)


def test_novelty_is_the_bits_that_hearing_it_tells() -> None:
    # Four people: (1 + 0) / 5 and (1 + 4) / 5.
    assert metrics.novelty(items(0, 1), np.array([0.0, 4.0]), 4, 2) == pytest.approx(log2(5) / 2)


def test_miscalibration_is_nought_for_the_same_tags_and_large_for_others() -> None:
    wanted = np.array([0.5, 0.5, 0])

    assert metrics.miscalibration(wanted, wanted) == pytest.approx(0)
    assert metrics.miscalibration(wanted, np.array([0, 0, 1.0])) == pytest.approx(log(0.5 / 0.005))


def test_marginal_recall_is_what_nobody_else_found() -> None:
    assert metrics.marginal_recall(items(1, 5, 2), items(5, 7), RELEVANT, 3) == pytest.approx(1 / 3)
    assert metrics.overlap(items(1, 5, 2, 8), items(5, 7, 1), 3) == pytest.approx(2 / 3)


def test_an_interval_holds_the_mean_and_is_the_same_twice() -> None:
    values = np.array([0.0, 0.1, 0.4, 0.9])
    measured = of_mean(values)

    assert measured.low < measured.value < measured.high and measured == of_mean(values)
    assert of_mean(np.full(3, 0.2)).low == pytest.approx(0.2) == of_mean(np.full(3, 0.2)).high


def test_a_draw_of_listeners_covers_no_more_than_all_of_them() -> None:
    shown = np.eye(4)
    measured = of_all(shown, lambda counts: metrics.coverage(counts, 8))

    assert measured.value == 0.5 and measured.low < measured.high <= 0.5
