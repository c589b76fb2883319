"""gold.listener_neighbors: plausible similarity and number of people, and no empty neighbor."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from jobs.gold.listener_neighbors import PEOPLE_ASKED

RULES: list[Expectation] = [
    gxe.ExpectColumnValuesToBeBetween(column="similarity", min_value=0, strict_min=True, max_value=1),
    gxe.ExpectColumnValuesToBeBetween(column="people", min_value=1, max_value=PEOPLE_ASKED),
    gxe.ExpectColumnValueLengthsToBeBetween(column="neighbor", min_value=1),
]
