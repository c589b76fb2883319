"""What stands between a built frame and its table: the gate as the jobs see it, and what they tell it of the past."""

import math
from typing import Protocol

from pyspark.sql import DataFrame

from jobs.lake import Table
from jobs.report import GateResult

# How many tables are committed while the next is built and audited.
COMMITS_AT_ONCE = 2
# Under so many rows a half may come and go by itself.
FEW = 100


class Gate(Protocol):
    """Applies a table's rules to rows that are about to be committed; raises where a critical one is broken.

    `count` is how many rows there are, where that is known, and `fewest` how many there must be; `played` holds the
    key of each track that its listener has played, and that no strategy but old favorites may propose.
    """

    def __call__(
        self,
        rows: DataFrame,
        table: Table,
        *,
        count: int | None = None,
        fewest: int = 0,
        played: DataFrame | None = None,
    ) -> tuple[GateResult, ...]: ...


def fewest_after(before: int) -> int:
    """How many rows must be left where there were `before`: half, or the count has collapsed."""
    return math.ceil(before / 2) if before >= FEW else 0
