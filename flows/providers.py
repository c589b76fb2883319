"""Several providers of facts, asked side by side, each at its own pace; one that is down costs the others nothing."""

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
    """Whoever answers these methods. `share` is its part of a run's budget of calls; 0: its answers cost nothing.

    A `spare` one is asked only when one before it is down.
    """

    name: str
    source: Source
    methods: tuple[str, ...] = METHODS
    share: float = 1.0
    spare: bool = False


@dataclass(frozen=True)
class Turn:
    """What one provider is to be asked in one round, and with how many calls; None where they cost nothing."""

    provider: Provider
    questions: Sequence[Question]
    budget: int | None


def only(source: Source) -> tuple[Provider, ...]:
    """One Last.fm-compatible source for everything."""
    return (Provider(LASTFM, source),)


def askable(providers: Iterable[Provider]) -> Askable:
    """By method who of these can be asked it, in their order."""
    given = tuple(providers)
    named = {method: tuple(one.name for one in given if method in one.methods) for method in METHODS}
    return {method: names for method, names in named.items() if names}


def side_by_side(
    turns: Sequence[Turn], *, now: datetime, progress: Callable[[int], None], alone: bool
) -> dict[str, Asked]:
    """Ask them all at once; by provider what came of it. `progress` is told how many answers there are.

    A key that is refused stops its provider, or, where it is `alone`, raises `WrongKey`.
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
    """Keep when each provider was last asked, and why it did not answer, "" where it did, for whoever reads of it."""
    path = home / LAST_ASKED
    latest = last_asked(home)
    latest |= {name: {"asked_at": now.isoformat(), "stopped": why} for name, why in asked.items()}
    write_whole(path, json.dumps(latest, indent=1).encode())


def last_asked(home: Path) -> dict[str, dict[str, str]]:
    """What `note` kept; nothing where nobody was asked yet."""
    path = home / LAST_ASKED
    return json.loads(path.read_text()) if path.exists() else {}


def _take(
    turn: Turn, now: datetime, told: SimpleQueue[tuple[str, Asked | BaseException | int]], ended: threading.Event
) -> None:
    """One provider's turn in a thread of its own; what breaks it is raised in the caller's."""
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
