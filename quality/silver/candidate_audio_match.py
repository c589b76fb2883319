"""silver.candidate_audio_match: scores are at most 1, the largest cosine, times 1.2 for the genre."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from jobs.silver.candidate_audio_match import SAME_GENRE
from quality.silver import candidate

RULES: list[Expectation] = [
    *candidate.RULES,
    gxe.ExpectColumnValuesToBeBetween(column="score", max_value=SAME_GENRE + 0.000001),
]
