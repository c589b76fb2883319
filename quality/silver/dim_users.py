"""silver.dim_users: no half-life is below 30 days, and every listener has plays."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from jobs.silver.dim_users import SHORTEST_HALF_LIFE_DAYS

RULES: list[Expectation] = [
    gxe.ExpectColumnValuesToBeBetween(column="half_life_days", min_value=SHORTEST_HALF_LIFE_DAYS),
    gxe.ExpectColumnValuesToBeBetween(column="play_count", min_value=1),
    gxe.ExpectColumnPairValuesAToBeGreaterThanB(column_A="last_played_at", column_B="first_played_at", or_equal=True),
]
