"""The chain of steps from a play to the page: which deployment runs each, what it waits for, and which is next."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Step:
    """A step of the chain, as `engine.behind` names it, and how to run it if an event was missed.

    `follows` are the deployments whose runs start it when they end: while one is under way, it is not missed.
    """

    name: str
    deployment: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    follows: Collection[str] = ()

    def waits_for(self, busy: Collection[str]) -> set[str]:
        """Which of the `busy` deployments, those with a run under way, will run this step anyway."""
        return {self.deployment, *self.follows} & set(busy)


STEPS = (
    # Only landed pages are built; fetching is left to the daily run.
    Step("plays", "sync-plays", {"fetch": False}),
    Step("play-counts", "aggregate-plays", follows=("sync-plays",)),
    Step("catalogue", "enrich-catalogue", {"calls": 0}),
    Step("community", "generate-candidates", follows=("aggregate-plays", "enrich-catalogue")),
    Step("features", "generate-candidates", follows=("aggregate-plays", "enrich-catalogue")),
    Step("feedback", "generate-candidates", follows=("aggregate-plays", "enrich-catalogue")),
    Step("neighbors", "generate-candidates", follows=("aggregate-plays", "enrich-catalogue")),
    Step("candidates", "generate-candidates", follows=("aggregate-plays", "enrich-catalogue")),
    Step("publish", "generate-candidates", follows=("aggregate-plays", "enrich-catalogue")),
)
# If a run of these dies, no table shows what it had still to fetch, so it is started again.
FETCHING = frozenset({"sync-plays", "enrich-catalogue"})


def next_step(lag: Mapping[str, int], busy: Collection[str], tried: Collection[str]) -> Step | None:
    """The first step that lags, that no busy deployment will run, and that was not tried yet."""
    missed = (step for step in STEPS if lag.get(step.name) and step.name not in tried and not step.waits_for(busy))
    return next(missed, None)
