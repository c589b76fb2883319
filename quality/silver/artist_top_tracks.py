"""silver.artist_top_tracks: ranks from 1, and plausible counts."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from jobs.refusals import LARGEST

RULES: list[Expectation] = [
    gxe.ExpectColumnValuesToBeBetween(column="rank", min_value=1),
    gxe.ExpectColumnValuesToBeBetween(column="listeners", min_value=0, max_value=LARGEST),
    gxe.ExpectColumnValuesToBeBetween(column="playcount", min_value=0, max_value=LARGEST),
    gxe.ExpectColumnValueLengthsToBeBetween(column="artist_id", min_value=1),
    # A track's identity is "track|artist": three characters at the least.
    gxe.ExpectColumnValueLengthsToBeBetween(column="track_id", min_value=3),
    gxe.ExpectColumnValueLengthsToBeBetween(column="track_name", min_value=1),
]
