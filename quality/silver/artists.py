"""silver.artists: plausible counts, and no empty names."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from jobs.refusals import LARGEST

RULES: list[Expectation] = [
    gxe.ExpectColumnValuesToBeBetween(column="listeners", min_value=0, max_value=LARGEST),
    gxe.ExpectColumnValuesToBeBetween(column="playcount", min_value=0, max_value=LARGEST),
    gxe.ExpectColumnValueLengthsToBeBetween(column="artist_id", min_value=1),
    gxe.ExpectColumnValueLengthsToBeBetween(column="artist_name", min_value=1),
]
