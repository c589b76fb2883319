"""silver.candidate_deep_cut: a score is at least one play of the artist times the least obscurity."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from jobs.silver.candidate_deep_cut import LEAST_OBSCURITY
from quality.silver import candidate

RULES: list[Expectation] = [
    *candidate.RULES,
    gxe.ExpectColumnValuesToBeBetween(column="score", min_value=LEAST_OBSCURITY),
]
