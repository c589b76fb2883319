"""silver.audio_features: no empty names, and every feature is between 0 and 1."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from jobs.bronze.spotify_features import FEATURES
from jobs.silver.audio_features import FASTEST_BPM, LOUDEST_MEASURED_DB, MOST_POPULAR, QUIETEST_DB

RULES: list[Expectation] = [
    *(gxe.ExpectColumnValuesToBeBetween(column=feature, min_value=0, max_value=1) for feature in FEATURES),
    gxe.ExpectColumnValuesToBeBetween(column="tempo_bpm", min_value=0, strict_min=True, max_value=FASTEST_BPM),
    gxe.ExpectColumnValuesToBeBetween(column="loudness_db", min_value=QUIETEST_DB, max_value=LOUDEST_MEASURED_DB),
    gxe.ExpectColumnValuesToBeBetween(column="popularity", min_value=0, max_value=MOST_POPULAR),
    gxe.ExpectColumnValueLengthsToBeBetween(column="track_name", min_value=1),
    gxe.ExpectColumnValueLengthsToBeBetween(column="artist_id", min_value=1),
]
