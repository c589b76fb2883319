"""silver.community_model: every model is fitted on enough listeners."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from jobs.silver.community_model import FEWEST_LISTENERS

RULES: list[Expectation] = [
    gxe.ExpectColumnValuesToBeBetween(column="listeners", min_value=FEWEST_LISTENERS),
    gxe.ExpectColumnValuesToBeBetween(column="items", min_value=1),
]
