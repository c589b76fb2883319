"""gold.evaluation: plausible figures."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

# Largest: 64 bits of novelty, a track with one listener among 2^64. Smallest: a lead of -1.
RULES: list[Expectation] = [
    gxe.ExpectColumnPairValuesAToBeGreaterThanB(column_A="high", column_B="low", or_equal=True),
    gxe.ExpectColumnValuesToBeBetween(column="listeners", min_value=1),
    gxe.ExpectColumnValuesToBeBetween(column="value", min_value=-1, max_value=64),
]
