"""silver.community_items: every item has listeners, and an index in the model."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

RULES: list[Expectation] = [
    gxe.ExpectColumnValuesToBeBetween(column="degree", min_value=1),
    gxe.ExpectColumnValuesToBeBetween(column="item_index", min_value=0),
]
