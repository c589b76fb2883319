"""silver.album_tracks: ranks from 1, and one name for each album."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

RULES: list[Expectation] = [
    gxe.ExpectColumnValuesToBeBetween(column="album_rank", min_value=1),
    # The canonical name is the key; with two spellings, grouping by name would give two albums.
    gxe.ExpectCompoundColumnsToBeUnique(column_list=["artist_id", "album_name", "track_id"]),
    gxe.ExpectColumnValueLengthsToBeBetween(column="artist_id", min_value=1),
    gxe.ExpectColumnValueLengthsToBeBetween(column="album_name", min_value=1),
    # A track's identity is "track|artist": three characters at the least.
    gxe.ExpectColumnValueLengthsToBeBetween(column="track_id", min_value=3),
    gxe.ExpectColumnValueLengthsToBeBetween(column="track_name", min_value=1),
]
