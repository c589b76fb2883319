"""gold.track_candidates: every row is proposed by at least one strategy, and scores are in (0, 1]."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from jobs.strategies import STRATEGIES

RULES: list[Expectation] = [
    gxe.ExpectColumnValuesToBeBetween(column="score", min_value=0, strict_min=True, max_value=1),
    gxe.ExpectColumnValuesToBeBetween(column="strategies", min_value=1, max_value=len(STRATEGIES)),
]
