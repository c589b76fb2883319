"""gold.listener_neighbors: plausible similarity and number of people, no empty neighbor, and nobody their own."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from jobs.gold.listener_neighbors import PEOPLE_ASKED

RULES: list[Expectation] = [
    gxe.ExpectColumnValuesToBeBetween(column="similarity", min_value=0, strict_min=True, max_value=1),
    gxe.ExpectColumnValuesToBeBetween(column="people", min_value=1, max_value=PEOPLE_ASKED),
    gxe.ExpectColumnValueLengthsToBeBetween(column="neighbor", min_value=1),
    gxe.ExpectSelectColumnValuesToBeUniqueWithinRecord(
        column_list=["username", "neighbor"],
        ignore_row_if="any_value_is_missing",
        description="nobody is their own neighbor",
    ),
]
