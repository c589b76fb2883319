"""A figure of an evaluation: what it is about, and its measured value."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """What a figure is about: which ranking, for which target, by which metric, at which list length k.

    `against` is the other ranking in a comparison, else "".
    """

    target: str
    ranking: str
    metric: str
    k: int = 0
    against: str = ""


@dataclass(frozen=True)
class Measured:
    """A figure's value with its interval, and the number of listeners."""

    value: float
    low: float
    high: float
    listeners: int
