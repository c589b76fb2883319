"""The rules of every strategy's candidates: a score above 0, and a normalized score in (0, 1]."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

RULES: list[Expectation] = [
    gxe.ExpectColumnValuesToBeBetween(column="score", min_value=0, strict_min=True),
    gxe.ExpectColumnValuesToBeBetween(column="score_normalized", min_value=0, strict_min=True, max_value=1),
    gxe.ExpectColumnValueLengthsToBeBetween(column="artist_id", min_value=1),
]
