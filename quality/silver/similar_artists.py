"""silver.similar_artists: nobody is nearer than the nearest, and every name says something."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

RULES: list[Expectation] = [
    gxe.ExpectColumnValuesToBeBetween(column="match", min_value=0, max_value=1),
    gxe.ExpectColumnValueLengthsToBeBetween(column="artist_id", min_value=1),
    gxe.ExpectColumnValueLengthsToBeBetween(column="similar_artist_id", min_value=1),
    gxe.ExpectColumnValueLengthsToBeBetween(column="similar_artist_name", min_value=1),
]
