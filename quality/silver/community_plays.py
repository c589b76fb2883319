"""silver.community_plays: nobody is named, every item is, and whoever is there has listened to something."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

RULES: list[Expectation] = [
    gxe.ExpectColumnValuesToMatchRegex(column="listener_id", regex="^[0-9a-f]{64}$"),
    gxe.ExpectColumnValueLengthsToBeBetween(column="artist_id", min_value=1),
    gxe.ExpectColumnValuesToBeBetween(column="play_count", min_value=1),
]
