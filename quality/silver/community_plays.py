"""silver.community_plays: listeners are hashes and not names, artists are not empty, and there is at least one play."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

RULES: list[Expectation] = [
    gxe.ExpectColumnValuesToMatchRegex(column="listener_id", regex="^[0-9a-f]{64}$"),
    gxe.ExpectColumnValueLengthsToBeBetween(column="artist_id", min_value=1),
    gxe.ExpectColumnValuesToBeBetween(column="play_count", min_value=1),
]
