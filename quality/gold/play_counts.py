"""The rules of both play counts: the weight of a play is 0 to 1, so no recency_score is above its play_count."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

RULES: list[Expectation] = [
    gxe.ExpectColumnValuesToBeBetween(column="play_count", min_value=1),
    gxe.ExpectColumnPairValuesAToBeGreaterThanB(column_A="play_count", column_B="recency_score", or_equal=True),
    gxe.ExpectColumnValuesToBeBetween(column="recency_score_normalized", min_value=0, max_value=1),
]
