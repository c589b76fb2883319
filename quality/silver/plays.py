"""silver.plays: no plays from before scrobbling existed, and no empty ids."""

from datetime import UTC, datetime

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metadata_types import FailureSeverity

from jobs.silver.plays import FIRST_PLAUSIBLE

RULES: list[Expectation] = [
    gxe.ExpectColumnValuesToBeBetween(
        column="played_at", min_value=datetime.fromisoformat(FIRST_PLAUSIBLE).replace(tzinfo=UTC)
    ),
    gxe.ExpectColumnValueLengthsToBeBetween(column="artist_id", min_value=1),
    # A track's identity is "track|artist": three characters at the least.
    gxe.ExpectColumnValueLengthsToBeBetween(column="track_id", min_value=3),
    gxe.ExpectColumnValuesToBeBetween(column="ms_played", min_value=0, severity=FailureSeverity.WARNING),
]
