"""silver.feedback: every verdict and kind of subject exists, and no empty subject ids."""

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from jobs.silver.feedback import SUBJECTS, VERDICTS

RULES: list[Expectation] = [
    gxe.ExpectColumnValuesToBeInSet(column="verdict", value_set=list(VERDICTS)),
    gxe.ExpectColumnValuesToBeInSet(column="subject", value_set=list(SUBJECTS)),
    gxe.ExpectColumnValueLengthsToBeBetween(column="subject_id", min_value=1),
]
