"""silver.candidate_deep_cut: at least one play of the artist, of a track that is half obscure or more."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from jobs.silver.candidate_deep_cut import LEAST_OBSCURITY
from quality.silver import candidate

RULES: list[Expectation] = [
    *candidate.RULES,
    gxe.ExpectColumnValuesToBeBetween(column="score", min_value=LEAST_OBSCURITY),
]
