"""silver.candidate_old_favorite: scores in their range."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from jobs.silver.candidate_old_favorite import FADED, FEWEST_PLAYS
from quality.silver import candidate

RULES: list[Expectation] = [
    *candidate.RULES,
    # At least three plays, times a faded part above a half.
    gxe.ExpectColumnValuesToBeBetween(column="score", min_value=FEWEST_PLAYS * FADED, strict_min=True),
]
