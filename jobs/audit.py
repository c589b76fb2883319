"""The interface of the quality gate, which checks rows before they are committed, and the limits that jobs give it."""

import math
from typing import Protocol

from pyspark.sql import DataFrame

from jobs.lake import Table
from jobs.report import GateResult

# How many tables are committed while the next is built and audited.
COMMITS_AT_ONCE = 2
# Below this many rows, losing half of them is normal.
FEW = 100


class Gate(Protocol):
    """Applies a table's rules to rows that are about to be committed; raises if a critical rule is broken.

    `count` is the number of rows, if known, and `fewest` how many there must be; `played` has the keys of the tracks
    that listeners have played, which no strategy but old favorites may propose.
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
    """How many of `before` rows must be left, or their number has collapsed: half, and 0 if they were few."""
    return math.ceil(before / 2) if before >= FEW else 0
