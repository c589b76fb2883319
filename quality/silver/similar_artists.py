"""silver.similar_artists: matches are 0 to 1, and no empty names."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

RULES: list[Expectation] = [
    gxe.ExpectColumnValuesToBeBetween(column="match", min_value=0, max_value=1),
    gxe.ExpectColumnValueLengthsToBeBetween(column="artist_id", min_value=1),
    gxe.ExpectColumnValueLengthsToBeBetween(column="similar_artist_id", min_value=1),
    gxe.ExpectColumnValueLengthsToBeBetween(column="similar_artist_name", min_value=1),
]
