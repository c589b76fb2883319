"""Enriches the catalogue: asks the most valuable questions, builds facts from the answers, asks what those raise."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

from flows import engine
from flows.asking import Asked, only_one_asks
from flows.providers import Provider, Turn, askable, forget_others, note, side_by_side
from flows.settings import Settings
from flows.sources.metabrainz import is_mbid
from jobs.questions import LASTFM_ALONE, Question
from jobs.report import Report

# Calls that one run may make: about four minutes at Last.fm's pace.
CALLS = 1_000
# Few enough that questions raised by the answers are asked soon, many enough that building takes the lesser part.
CALLS_A_ROUND = 400
# Questions that cost no call are answered faster than facts are built from them.
FREE_A_ROUND = 5_000
# Of so many questions, those are chosen that a provider can answer, where it cannot answer all.
LOOKED_AT = 50_000
TRIES_A_RUN = 2


@dataclass(frozen=True)
class Progress:
    """How far a run has come: `calls` of the `budget` are spent."""

    doing: str
    calls: int
    budget: int


@dataclass(frozen=True)
class Enriched:
    """What one run did. `failed` gives each failed question's reason; `stopped` why the run ended early, if it did."""

    calls: int = 0
    answered: int = 0
    unknown: int = 0
    failed: Mapping[Question, str] = field(default_factory=dict)
    stopped: str = ""
    report: Report = field(default_factory=Report)

    def __str__(self) -> str:
        failed = f", {len(self.failed):,} failed (they will be asked again)" if self.failed else ""
        stopped = f"; stopped: {self.stopped}" if self.stopped else ""
        return f"{self.calls:,} calls: {self.answered:,} answered, {self.unknown:,} unknown{failed}{stopped}"

    def after(self, run: "Run", put: Collection[Question], asked: Mapping[str, Asked]) -> "Enriched":
        """The totals after one more round; a question that is asked again has failed only if it fails again."""
        earlier = {question: why for question, why in self.failed.items() if question not in put}
        latest = {_unvalued(question): why for one in asked.values() for question, why in one.failed.items()}
        return replace(
            self,
            calls=self.calls + run.calls_of(asked),
            answered=self.answered + sum(one.answered for one in asked.values()),
            unknown=self.unknown + sum(one.unknown for one in asked.values()),
            failed=earlier | latest,
            stopped=run.stopped,
        )


def enrich(
    settings: Settings,
    providers: Sequence[Provider],
    *,
    calls: int = CALLS,
    listeners: Sequence[str] = (),
    progress: Callable[[Progress], None] = lambda _: None,
) -> Enriched:
    """Fetch the facts that would change these (or all) listeners' candidates most, within a budget of calls.

    Answers landed by a killed run are built first and not asked again. A question that fails is asked once more, and
    then by a later run; so is one whose answer was unusable. A provider that is down is not asked again in this run,
    and the others go on; providers that cost no calls are asked last, for what the others leave open.

    Raises `AlreadyAsking`, `WrongKey` if there is only one provider, and what `engine.build` raises.
    """
    done, tries = Enriched(), Counter[Question]()
    moment = datetime.now(UTC).replace(microsecond=0)
    run = Run(providers, calls)
    with only_one_asks(settings.home):
        forget_others(settings.home, providers)
        while True:
            spent = {question for question, times in tries.items() if times >= TRIES_A_RUN}
            active = run.active()
            progress(Progress("build facts", done.calls, calls))
            most = run.most() + len(spent) if active else 0
            report = engine.build(
                settings.keyless,
                engine.CATALOGUE,
                listeners=listeners,
                questions=most,
                askable=askable(active) if active else LASTFM_ALONE,
            )
            done = replace(done, report=done.report + replace(report, questions=()))
            turns = run.turns([question for question in report.questions if _unvalued(question) not in spent])
            if turns:
                telling = partial(_tell, progress, done.calls, calls)
                asked = side_by_side(turns, now=moment, progress=telling, alone=len(providers) == 1)
                run.note(asked)
                note(settings.home, run.silent(asked), moment)
                put = {_unvalued(question) for turn in turns for question in turn.questions}
                done = done.after(run, put, asked)
                tries.update(put)
            elif not run.go_on():
                return done


class Run:
    """Which providers may still be asked in one run: within their budget, not down, and the free ones last."""

    def __init__(self, providers: Sequence[Provider], calls: int) -> None:
        self._providers = providers
        self._calls = calls
        self._spent = Counter[str]()
        self._heard = Counter[str]()
        self._down: dict[str, str] = {}
        self._free = not any(one.share for one in providers)

    @property
    def stopped(self) -> str:
        """Why providers are down; with the provider's name if there are several."""
        named = len(self._providers) > 1
        return "; ".join(f"{name}: {why}" if named else why for name, why in sorted(self._down.items()))

    def silent(self, asked: Mapping[str, Asked]) -> Mapping[str, str]:
        """By name of those asked, why nothing came of it; "" where they answered, be it to the end of their budget."""
        failed = {name: next(iter(one.failed.values()), "") for name, one in asked.items()}
        return {name: self._down.get(name) or ("" if self._heard[name] else failed[name]) for name in asked}

    def active(self) -> list[Provider]:
        """The providers to ask now."""
        return [one for one in self._wanted() if self._free or self._left(one)]

    def most(self) -> int:
        """How many questions to look for, for each provider."""
        chooses = (one.knows or self._lacks_finder(one) for one in self.active())
        return LOOKED_AT if any(chooses) else max((self._in_a_round(one) for one in self.active()), default=0)

    def turns(self, questions: Sequence[Question]) -> list[Turn]:
        """Each provider's questions in one round."""
        turns = []
        for one in self.active():
            left = None if self._free else self._left(one)
            if own := [question for question in questions if self._can_ask(one, question)][: self._in_a_round(one)]:
                turns.append(Turn(one, own, left))
        return turns

    def note(self, asked: Mapping[str, Asked]) -> None:
        """Count the calls and the answers, and remember who is down."""
        for name, one in asked.items():
            self._spent[name] += one.calls
            self._heard[name] += one.answered + one.unknown
            if one.stopped and not self._is_spent(name):
                self._down[name] = one.stopped

    def go_on(self) -> bool:
        """Go on to the providers whose answers cost nothing; False if there are none or it was done already."""
        if self._free:
            return False
        self._free = True
        return bool(self.active())

    def calls_of(self, asked: Mapping[str, Asked]) -> int:
        """The calls that count against the budget."""
        costs = {one.name for one in self._providers if one.share}
        return sum(one.calls for name, one in asked.items() if name in costs)

    def _wanted(self) -> list[Provider]:
        """The providers of this part of the run that are not down; a spare one only if one before it is down."""
        wanted, one_is_down = [], False
        for one in self._providers:
            if one.name in self._down:
                one_is_down = True
            elif (one_is_down or not one.spare) and bool(one.share) != self._free:
                wanted.append(one)
        return wanted

    def _can_ask(self, provider: Provider, question: Question) -> bool:
        if question.source != provider.name or (provider.knows and not provider.knows(question)):
            return False
        return is_mbid(question.artist_mbid) or not self._lacks_finder(provider)

    def _lacks_finder(self, provider: Provider) -> bool:
        return provider.finder in self._down

    def _in_a_round(self, provider: Provider) -> int:
        """How many questions the provider is asked in one round: its part of all, to have calls left for later ones."""
        return FREE_A_ROUND if self._free else min(self._left(provider), self._part(provider, CALLS_A_ROUND))

    def _left(self, provider: Provider) -> int:
        return max(0, self._part(provider, self._calls) - self._spent[provider.name])

    def _part(self, provider: Provider, calls: int) -> int:
        whole = sum(one.share for one in self._providers if one.spare == provider.spare)
        return round(calls * provider.share / whole) if whole else 0

    def _is_spent(self, name: str) -> bool:
        return not any(one.name == name and (self._left(one) or not one.share) for one in self._providers)


def _tell(progress: Callable[[Progress], None], spent: int, budget: int, answers: int) -> None:
    progress(Progress("ask", min(budget, spent + answers), budget))


def _unvalued(question: Question) -> Question:
    """The question without its value, which changes from round to round."""
    return replace(question, value=0.0)
