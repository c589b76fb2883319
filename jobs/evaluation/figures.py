"""A figure: what it says, and what was measured."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """What a figure says: of which ranking, against which target, by which metric, at which length.

    `against` is the other ranking of a comparison, else "".
    """

    target: str
    ranking: str
    metric: str
    k: int = 0
    against: str = ""


@dataclass(frozen=True)
class Measured:
    """A figure with its interval, over so many listeners."""

    value: float
    low: float
    high: float
    listeners: int
