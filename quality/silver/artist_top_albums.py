"""silver.artist_top_albums: ranks from 1, and plausible counts."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from jobs.refusals import LARGEST

RULES: list[Expectation] = [
    gxe.ExpectColumnValuesToBeBetween(column="album_rank", min_value=1),
    gxe.ExpectColumnValuesToBeBetween(column="playcount", min_value=0, max_value=LARGEST),
    gxe.ExpectColumnValueLengthsToBeBetween(column="artist_id", min_value=1),
    gxe.ExpectColumnValueLengthsToBeBetween(column="album_name", min_value=1),
]
