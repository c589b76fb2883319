"""silver.candidate_similar_tag: the shares of a listener's tags add up to at most 1, so scores are at most 1."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from quality.silver import candidate

RULES: list[Expectation] = [
    *candidate.RULES,
    gxe.ExpectColumnValuesToBeBetween(column="score", max_value=1.000001),
]
