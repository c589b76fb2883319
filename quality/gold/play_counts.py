"""What holds for both play counts: a play counts for 0 to 1, so no score passes its count."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

RULES: list[Expectation] = [
    gxe.ExpectColumnValuesToBeBetween(column="play_count", min_value=1),
    gxe.ExpectColumnPairValuesAToBeGreaterThanB(column_A="play_count", column_B="recency_score", or_equal=True),
    gxe.ExpectColumnValuesToBeBetween(column="recency_score_normalized", min_value=0, max_value=1),
]
