"""The outcome of one question to a source of facts, and the number of calls it took."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jobs.questions import Question


@dataclass(frozen=True)
class Answered:
    """One question whose answer is landed at `path`; not `known` if the source does not know the subject."""

    question: Question
    path: Path
    known: bool
    calls: int


class CallCount:
    """Called before every attempt of a call; counts those that `before_attempt` permits by not raising."""

    def __init__(self, before_attempt: Callable[[], None]) -> None:
        self.calls = 0
        self._before_attempt = before_attempt

    def __call__(self) -> None:
        self._before_attempt()
        self.calls += 1
