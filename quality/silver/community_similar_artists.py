"""silver.community_similar_artists: matches are in (0, 1]."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

RULES: list[Expectation] = [
    gxe.ExpectColumnValuesToBeBetween(column="match", min_value=0, strict_min=True, max_value=1),
    gxe.ExpectColumnValueLengthsToBeBetween(column="similar_artist_id", min_value=1),
]
