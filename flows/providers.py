"""Asks several providers of facts in parallel, each at its own pace; one that is down does not hinder the others."""

import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue

from flows.asking import Asked, Source, ask
from flows.landing import write_whole
from flows.sources.errors import WrongKey
from jobs.questions import LASTFM, METHODS, Askable, Question

LAST_ASKED = "run/providers.json"


@dataclass(frozen=True)
class Provider:
    """A source of answers to these methods. `share` is its part of a run's budget of calls; 0: its calls are free.

    A `spare` provider is asked only when one before it is down. `finder` is the provider that finds the MBIDs by which
    this one is asked about artists: while that is down, this one can be asked only about artists whose MBID is known.
    `knows` tells beforehand whether it has an answer, where it can.
    """

    name: str
    source: Source
    methods: tuple[str, ...] = METHODS
    share: float = 1.0
    spare: bool = False
    finder: str = ""
    knows: Callable[[Question], bool] | None = None


@dataclass(frozen=True)
class Turn:
    """One provider's questions in one round, and how many calls they may take; None if its calls are free."""

    provider: Provider
    questions: Sequence[Question]
    budget: int | None


def only(source: Source) -> tuple[Provider, ...]:
    """One Last.fm-compatible source for everything."""
    return (Provider(LASTFM, source),)


def askable(providers: Iterable[Provider]) -> Askable:
    """For each method, the names of the providers that answer it, in their order."""
    given = tuple(providers)
    named = {method: tuple(one.name for one in given if method in one.methods) for method in METHODS}
    return {method: names for method, names in named.items() if names}


def side_by_side(
    turns: Sequence[Turn], *, now: datetime, progress: Callable[[int], None], alone: bool
) -> dict[str, Asked]:
    """Ask all providers in parallel; returns the outcome by provider. `progress` gets the number of answers so far.

    A refused key stops its provider, or raises `WrongKey` if that is the only one (`alone`).
    """
    told: SimpleQueue[tuple[str, Asked | BaseException | int]] = SimpleQueue()
    ended = threading.Event()
    for turn in turns:
        threading.Thread(target=_take, args=(turn, now, told, ended), name="turn", daemon=True).start()
    counts: dict[str, int] = {}
    done: dict[str, Asked] = {}
    try:
        while len(done) < len(turns):
            name, outcome = told.get()
            if isinstance(outcome, Asked):
                done[name] = outcome
            elif isinstance(outcome, int):
                counts[name] = outcome
                progress(sum(counts.values()))
            elif isinstance(outcome, WrongKey) and not alone:
                done[name] = Asked(stopped=str(outcome))
            else:
                raise outcome
    finally:
        ended.set()
    return done


def note(home: Path, asked: Mapping[str, str], now: datetime) -> None:
    """Record when each provider was last asked, and why it did not answer; "" if it did."""
    latest = {name: {"asked_at": now.isoformat(), "stopped": why} for name, why in asked.items()}
    _record(home, last_asked(home) | latest)


def forget_others(home: Path, providers: Iterable[Provider]) -> None:
    """Drop the records of providers that are asked no more: without its key, one would count as stale for ever."""
    given, recorded = {one.name for one in providers}, last_asked(home)
    if recorded.keys() - given:
        _record(home, {name: last for name, last in recorded.items() if name in given})


def last_asked(home: Path) -> dict[str, dict[str, str]]:
    """What `note` recorded; empty if no provider was asked yet."""
    path = home / LAST_ASKED
    return json.loads(path.read_text()) if path.exists() else {}


def _record(home: Path, latest: Mapping[str, Mapping[str, str]]) -> None:
    write_whole(home / LAST_ASKED, json.dumps(latest, indent=1).encode())


def _take(
    turn: Turn, now: datetime, told: SimpleQueue[tuple[str, Asked | BaseException | int]], ended: threading.Event
) -> None:
    """Run one provider's turn in a thread of its own; an exception is passed to the caller's thread."""
    name = turn.provider.name
    outcome: Asked | BaseException
    try:
        outcome = ask(
            turn.provider.source,
            turn.questions,
            now=now,
            budget=turn.budget,
            progress=lambda count, _of: told.put((name, count)),
            ended=ended.is_set,
        )
    except BaseException as broken:  # noqa: BLE001 (a thread's end is for whoever waits for it)
        outcome = broken
    told.put((name, outcome))
