"""Asks a source many questions about music in parallel, the most valuable first."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from typing import Protocol

from flows.processes import locked
from flows.sources.answered import Answered
from flows.sources.breaker import FAILURES_TO_OPEN
from flows.sources.errors import SourceError, SourceUnavailable, WrongKey
from jobs.questions import Question

# All threads share one rate limit of a few calls a second: more threads would not be faster.
ASKED_AT_ONCE = 4


class AlreadyAsking(Exception):
    """Another process is asking questions for the same home."""


class Source(Protocol):
    """Answers a question and lands the answer; `before_attempt` is called before every call."""

    def answer(self, question: Question, *, now: datetime, before_attempt: Callable[[], None]) -> Answered: ...


@dataclass(frozen=True)
class Asked:
    """How many questions were `answered`, `unknown` to the source, `failed` (with the reason), or `not_asked`.

    `calls` counts all calls, including retries and failures. `stopped` says why some questions were not asked.
    """

    answered: int = 0
    unknown: int = 0
    failed: Mapping[Question, str] = field(default_factory=dict)
    not_asked: int = 0
    calls: int = 0
    stopped: str = ""


@dataclass(frozen=True)
class _Failure:
    question: Question
    why: SourceError


class _NoMoreCalls(Exception):
    """The asking was stopped: ends the thread in which it is raised."""


def ask(
    source: Source,
    questions: Iterable[Question],
    *,
    now: datetime,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
    threads: int = ASKED_AT_ONCE,
    budget: int | None = None,
    ended: Callable[[], bool] = lambda: False,
) -> Asked:
    """Land the source's answers as of `now`, with no more calls than the budget. Raises `WrongKey`.

    A question that fails does not affect the others. If the source is down, the rest is not asked and left, like the
    failed ones, to a later run. `progress` gets the numbers done and in total, after each question, in the caller's
    thread. However this ends (also by Ctrl-C, or when `ended` is true), no thread makes another call afterwards.
    """
    ordered = most_valuable_first(questions)
    asking = _Asking(source, ordered, now, budget, ended)
    counts, failed = {True: 0, False: 0}, {}
    try:
        for done, outcome in enumerate(asking.outcomes(min(threads, len(ordered))), start=1):
            if isinstance(outcome, _Failure):
                failed[outcome.question] = str(outcome.why)
            else:
                counts[outcome.known] += 1
            progress(done, len(ordered))
    except BaseException:
        asking.stop("it was interrupted")
        raise
    not_asked = len(ordered) - sum(counts.values()) - len(failed)
    return Asked(counts[True], counts[False], failed, not_asked, asking.calls, asking.stopped)


def most_valuable_first(questions: Iterable[Question]) -> list[Question]:
    """Each question once, with its highest value; questions of equal value keep their order."""
    kept: dict[Question, Question] = {}
    for question in sorted(questions, key=lambda question: -question.value):
        kept.setdefault(replace(question, value=0.0), question)
    return list(kept.values())


@contextmanager
def only_one_asks(home: Path) -> Iterator[None]:
    """Hold the home's lock on asking. Raises `AlreadyAsking` while another process holds it."""
    descriptors = locked(home / "run" / "asking.lock")
    if not descriptors:
        raise AlreadyAsking(f"another process is fetching facts for {home}: run it again when that has finished")
    try:
        yield
    finally:
        os.close(*descriptors)


class _Asking:
    """Threads that take one question after the other, and end when none is left or when they are stopped.

    They are daemon threads and not a pool's: at exit the interpreter would wait for a pool's, through every retry.
    """

    def __init__(
        self,
        source: Source,
        questions: Sequence[Question],
        now: datetime,
        budget: int | None,
        ended: Callable[[], bool],
    ) -> None:
        self.calls = 0
        self.stopped = ""
        self._source = source
        self._now = now
        self._budget = budget
        self._ended = ended
        self._lock = threading.Lock()
        self._left = iter(questions)
        self._failures_in_a_row = 0
        self._outcomes: SimpleQueue[Answered | _Failure | BaseException | None] = SimpleQueue()

    def outcomes(self, threads: int) -> Iterator[Answered | _Failure]:
        """Each question's outcome as it comes; once all threads have ended, raises the error that broke one, if any."""
        for _ in range(threads):
            threading.Thread(target=self._work, name="asking", daemon=True).start()
        broken: BaseException | None = None
        while threads:
            outcome = self._outcomes.get()
            if isinstance(outcome, Answered | _Failure):
                yield outcome
                continue
            threads -= 1
            if outcome:
                self.stop(f"an error occurred: {type(outcome).__name__}")
                broken = broken or outcome
        if broken:
            raise broken

    def stop(self, why: str) -> None:
        """Prevent further calls; the first reason given is kept."""
        self.stopped = self.stopped or why

    def _work(self) -> None:
        with ExitStack() as stack:
            stack.push(self._end)
            with suppress(_NoMoreCalls):
                while question := self._next():
                    self._outcomes.put(self._outcome(question))

    def _end(self, _kind: object, broken: BaseException | None, _trace: object) -> bool:
        """Report the thread's end and what broke it, if anything: that is raised in the caller's thread, not here."""
        self._outcomes.put(broken)
        return True

    def _next(self) -> Question | None:
        with self._lock:
            return None if self.stopped else next(self._left, None)

    def _outcome(self, question: Question) -> Answered | _Failure:
        try:
            answered = self._source.answer(question, now=self._now, before_attempt=self._count_call)
        except WrongKey:
            self.stop("the key was rejected")
            raise
        except SourceError as error:
            self._note(error)
            return _Failure(question, error)
        self._note(None)
        return answered

    def _note(self, failure: SourceError | None) -> None:
        """Stop if the source was unavailable `FAILURES_TO_OPEN` times in a row; a refused question resets the count."""
        with self._lock:
            self._failures_in_a_row = self._failures_in_a_row + 1 if isinstance(failure, SourceUnavailable) else 0
            if self._failures_in_a_row >= FAILURES_TO_OPEN:
                self.stop(str(failure))

    def _count_call(self) -> None:
        with self._lock:
            if self._budget is not None and self.calls >= self._budget:
                self.stop(f"the budget of {self._budget} calls is used up")
            if self._ended():
                self.stop("fetching has ended")
            if self.stopped:
                raise _NoMoreCalls
            self.calls += 1
