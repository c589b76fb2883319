"""Enriching the catalogue: ask what is worth asking most, build facts from the answers, and see what that opens."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

from flows import engine
from flows.asking import Asked, Source, ask, only_one_asks
from flows.settings import Settings
from jobs.questions import Question
from jobs.report import Report

# What one run may cost: some four minutes at Last.fm's pace.
CALLS = 1_000
# Few enough that what the answers open is asked soon, many enough that building facts from them is the lesser part.
CALLS_A_ROUND = 400
TRIES_A_RUN = 2


@dataclass(frozen=True)
class Progress:
    """How far a run has come: `calls` of the `budget` are spent."""

    doing: str
    calls: int
    budget: int


@dataclass(frozen=True)
class Enriched:
    """What one run did. `failed` says why of each question; `stopped` why it ended before its budget, if it did."""

    calls: int = 0
    answered: int = 0
    unknown: int = 0
    failed: Mapping[Question, str] = field(default_factory=dict)
    stopped: str = ""
    report: Report = field(default_factory=Report)

    def __str__(self) -> str:
        failed = f", {len(self.failed):,} failed (they are asked again)" if self.failed else ""
        stopped = f"; stopped: {self.stopped}" if self.stopped else ""
        return f"{self.calls:,} calls: {self.answered:,} answered, {self.unknown:,} unknown{failed}{stopped}"

    def after(self, asked: Asked) -> "Enriched":
        """With one more round; what failed before and was answered now has not failed."""
        return replace(
            self,
            calls=self.calls + asked.calls,
            answered=self.answered + asked.answered,
            unknown=self.unknown + asked.unknown,
            failed=asked.failed,
            stopped=asked.stopped,
        )


def enrich(
    settings: Settings,
    source: Source,
    *,
    calls: int = CALLS,
    listeners: Sequence[str] = (),
    progress: Callable[[Progress], None] = lambda _: None,
) -> Enriched:
    """Fetch what would change these listeners' candidates most, or everybody's, within a budget of calls.

    What was landed by a run that was killed is built first and not asked again. What fails is asked once more, and
    then by a later run, like what was answered with nothing but nonsense.

    Raises `AlreadyAsking`, `WrongKey`, and what `engine.build` raises.
    """
    keyless = settings.keyless
    done, tries = Enriched(), Counter[Question]()
    moment = datetime.now(UTC).replace(microsecond=0)
    with only_one_asks(settings.home):
        while True:
            spent = {question for question, times in tries.items() if times >= TRIES_A_RUN}
            left = 0 if done.stopped else min(CALLS_A_ROUND, calls - done.calls)
            progress(Progress("build facts", done.calls, calls))
            most = left + len(spent) if left else 0
            report = engine.build(keyless, engine.CATALOGUE, listeners=listeners, questions=most)
            done = replace(done, report=done.report + replace(report, questions=()))
            questions = [question for question in report.questions if _unvalued(question) not in spent][:left]
            if not questions:
                return done
            telling = partial(_tell, progress, done.calls, calls)
            done = done.after(ask(source, questions, now=moment, budget=calls - done.calls, progress=telling))
            tries.update(map(_unvalued, questions))


def _tell(progress: Callable[[Progress], None], spent: int, budget: int, answers: int, _of: int) -> None:
    progress(Progress("ask", spent + answers, budget))


def _unvalued(question: Question) -> Question:
    """The question itself, whatever it is worth by now."""
    return replace(question, value=0.0)
