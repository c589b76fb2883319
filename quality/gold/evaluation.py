"""gold.evaluation: figures that can be true."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

# In bits of novelty a track of one listener among 2^64; a lead is -1 at the least.
RULES: list[Expectation] = [
    gxe.ExpectColumnPairValuesAToBeGreaterThanB(column_A="high", column_B="low", or_equal=True),
    gxe.ExpectColumnValuesToBeBetween(column="listeners", min_value=1),
    gxe.ExpectColumnValuesToBeBetween(column="value", min_value=-1, max_value=64),
]
