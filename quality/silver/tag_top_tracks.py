"""silver.tag_top_tracks: ranks from 1, and tags in lower case and trimmed, as everywhere in silver."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

RULES: list[Expectation] = [
    gxe.ExpectColumnValuesToBeBetween(column="rank", min_value=1),
    gxe.ExpectColumnValueLengthsToBeBetween(column="tag", min_value=1),
    gxe.ExpectColumnValuesToNotMatchRegex(column="tag", regex="[A-Z]|^ | $"),
    gxe.ExpectColumnValueLengthsToBeBetween(column="artist_id", min_value=1),
    # A track's identity is "track|artist": three characters at the least.
    gxe.ExpectColumnValueLengthsToBeBetween(column="track_id", min_value=3),
    gxe.ExpectColumnValueLengthsToBeBetween(column="track_name", min_value=1),
    gxe.ExpectColumnValueLengthsToBeBetween(column="artist_name", min_value=1),
]
