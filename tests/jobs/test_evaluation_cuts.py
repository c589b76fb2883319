"""Where the evaluation cuts: histories that end years apart are all measured, and days are never judged twice."""

from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from jobs.evaluation.cuts import FEWEST_BEFORE, rolling_cuts


def daily(first: int, last: int) -> npt.NDArray[np.int64]:
    """A play on each of these days."""
    return np.arange(first, last)


def test_each_cut_has_listeners_with_plays_on_both_sides() -> None:
    cuts = rolling_cuts({"ann": daily(10_000, 10_400)}, 2, 60)

    assert [cut.listeners for cut in cuts] == [("ann",), ("ann",)]
    assert all((cut.at - datetime(1997, 5, 19, tzinfo=UTC)).days >= FEWEST_BEFORE for cut in cuts)


def test_the_days_after_cuts_do_not_overlap() -> None:
    first, second = rolling_cuts({"ann": daily(10_000, 10_400)}, 2, 60)

    assert first.until <= second.at


def test_a_history_from_other_years_is_measured_before_one_is_measured_again() -> None:
    histories = {"ann": daily(10_000, 10_400), "bob": daily(15_000, 15_400)}

    assert {cut.listeners for cut in rolling_cuts(histories, 2, 60)} == {("ann",), ("bob",)}


def test_a_short_history_is_not_cut() -> None:
    assert rolling_cuts({"ann": daily(0, FEWEST_BEFORE)}, 3, 60) == [] == rolling_cuts({}, 3, 60)
