"""Chooses the cuts in time: with enough plays before them to learn from, and enough after them to measure on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

# With this many, eight people whose histories are from different years are each measured twice.
CUTS, DAYS = 9, 60
# With fewer plays before or after the cut a listener is not measured there.
FEWEST_BEFORE = 200
FEWEST_AFTER = 20
WEEK = 7
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Cut:
    """A moment, and how many days after it are measured; `listeners` have enough plays on both sides."""

    at: datetime
    days: int
    listeners: tuple[str, ...]

    @property
    def until(self) -> datetime:
        """The end of the measured days, exclusive."""
        return self.at + timedelta(days=self.days)


def rolling_cuts(played: Mapping[str, npt.NDArray[np.int64]], count: int, days: int) -> list[Cut]:
    """At most `count` cuts, the earliest first, whose days do not overlap; `played` has each play's day since 1970.

    Greedily takes the week start that serves most listeners, each counting 1 / (1 + times served)^2; ties go to the
    latest. So everybody with enough plays is measured, even if histories end years apart.
    """
    ordered = {name: np.sort(days_played) for name, days_played in played.items() if len(days_played)}
    if not ordered:
        return []
    first, last = min(each[0] for each in ordered.values()), max(each[-1] for each in ordered.values())
    serves = {start: _served(ordered, start, days) for start in range(int(first) // WEEK * WEEK, int(last), WEEK)}
    times, chosen = dict.fromkeys(ordered, 0), list[int]()
    for _ in range(count):
        free = [start for start in serves if serves[start] and all(abs(start - other) >= days for other in chosen)]
        if not free:
            break
        best = max(free, key=lambda start: (sum((1 + times[name]) ** -2 for name in serves[start]), start))
        chosen.append(best)
        for name in serves[best]:
            times[name] += 1
    return [Cut(EPOCH + timedelta(days=start), days, serves[start]) for start in sorted(chosen)]


def _served(ordered: Mapping[str, npt.NDArray[np.int64]], start: int, days: int) -> tuple[str, ...]:
    def enough(each: npt.NDArray[np.int64]) -> bool:
        before, until = np.searchsorted(each, [start, start + days])
        goes_on = each[-1] >= start + days - WEEK
        return bool(goes_on and before >= FEWEST_BEFORE and until - before >= FEWEST_AFTER)

    return tuple(sorted(name for name, each in ordered.items() if enough(each)))
