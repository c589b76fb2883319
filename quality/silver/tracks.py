"""silver.tracks: plausible counts and durations, and no empty names."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metadata_types import FailureSeverity

from jobs.refusals import LARGEST

RULES: list[Expectation] = [
    gxe.ExpectColumnValuesToBeBetween(column="listeners", min_value=0, max_value=LARGEST),
    gxe.ExpectColumnValuesToBeBetween(column="playcount", min_value=0, max_value=LARGEST),
    gxe.ExpectColumnValuesToBeBetween(column="duration_ms", min_value=1, severity=FailureSeverity.WARNING),
    # A track's identity is "track|artist": three characters at the least.
    gxe.ExpectColumnValueLengthsToBeBetween(column="track_id", min_value=3),
    gxe.ExpectColumnValueLengthsToBeBetween(column="track_name", min_value=1),
    gxe.ExpectColumnValueLengthsToBeBetween(column="artist_id", min_value=1),
    gxe.ExpectColumnValueLengthsToBeBetween(column="artist_name", min_value=1),
]
