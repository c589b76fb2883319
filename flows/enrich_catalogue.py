"""enrich-catalogue: fetches the facts that would change recommendations most, and builds the catalogue from them."""

from collections.abc import Callable, Sequence
from time import monotonic
from typing import cast
from uuid import UUID

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas import State
from prefect.runtime import flow_run
from prefect.states import Completed, Failed
from prefect.tasks import Task

from flows import enriching
from flows.artifacts import built, failures, keep_summary, page, plain, table
from flows.building import Build, announce, outcome, trouble
from flows.catalogue_source import NobodyToAsk, catalogue_source
from flows.enriching import Enriched, Progress
from flows.providers import Provider
from flows.settings import Settings, read_settings

BUILD = Build(
    flow="enrich-catalogue",
    announces="silver.tracks",
    # What is asked depends on what the listeners play.
    reads=("gold.artist_play_count", "gold.track_play_count"),
)
# Calls of one scheduled run, for which nobody waits: about nine minutes at Last.fm's pace.
CALLS = 2_000
PROGRESS_SECONDS = 5.0


def run_name() -> str:
    """The flow run's name: `enrich-catalogue`, `enrich-catalogue for rj`."""
    named: list[str] | None = flow_run.parameters.get("listeners")
    return f"{BUILD.flow} for {', '.join(named)}" if named else BUILD.flow


@flow(name=BUILD.flow, flow_run_name=run_name, persist_result=False, result_serializer="json")
def enrich_catalogue(calls: int = CALLS, listeners: list[str] | None = None) -> State[None]:
    """Fetch the most valuable facts about music within a budget of calls, and build the catalogue from them.

    Args:
        calls: how many calls this run may make; with 0, only answers that have already landed are built.
        listeners: names of listeners whose candidates are to improve; if none is given, all listeners'.
    """
    settings = read_settings()
    names = tuple(name.strip().lower() for name in listeners or ())
    try:
        with catalogue_source(settings, names) as providers:
            ending = asking(providers)(settings.keyless, calls, names, return_state=True)
    except NobodyToAsk as error:
        return Failed(message=str(error))
    if not ending.is_completed():
        why = trouble(ending)
        keep_summary(BUILD.flow, page(BUILD.flow, [f"**It ended early.** {plain(why)}"]))
        return Failed(message=why)
    done: Enriched = ending.result()
    keep_summary(BUILD.flow, page(BUILD.flow, enriched(done)))
    if done.report.written:
        announce(BUILD, done.report)
    return ended(done)


def asking(providers: Sequence[Provider]) -> Task[[Settings, int, Sequence[str]], Enriched]:
    """The task that asks and builds in rounds. The providers are in its closure, so that no key is a parameter."""

    @task(name="enrich", task_run_name="ask in up to {calls} calls", cache_policy=NO_CACHE, persist_result=False)
    def ask(settings: Settings, calls: int, listeners: Sequence[str]) -> Enriched:
        return enriching.enrich(settings, providers, calls=calls, listeners=listeners, progress=shown(calls))

    return ask


def shown(budget: int) -> Callable[[Progress], None]:
    """A callback that shows the run's progress: a bar among its artifacts, and a line in its log for each phase."""
    logger = get_run_logger()
    bar = cast(
        "UUID", create_progress_artifact(0.0, key=f"{BUILD.flow}-progress", description="Calls used of the budget")
    )
    doing, shown_at = "", monotonic()

    def show(at: Progress) -> None:
        nonlocal doing, shown_at
        is_new = at.doing != doing
        if is_new:
            logger.info("%s: %s of %s calls", at.doing, f"{at.calls:,}", f"{at.budget:,}")
        if is_new or monotonic() - shown_at > PROGRESS_SECONDS:
            update_progress_artifact(bar, min(100.0, 100.0 * at.calls / max(1, budget)))
            doing, shown_at = at.doing, monotonic()

    return show


def ended(done: Enriched) -> State[None]:
    """The run's final state: failed if questions failed and none was answered."""
    if done.failed and not (done.answered or done.unknown):
        return Failed(message=f"{done}. First failure: {next(iter(done.failed.values()))}")
    said = [str(done)] if done.calls else [] if done.report.written else ["no facts to ask for"]
    return Completed(message="; ".join([*said, *([outcome(done.report)] if done.report.written else [])]))


def enriched(done: Enriched) -> list[str]:
    """The run's page: what was asked, with what result."""
    counts = (done.calls, done.answered, done.unknown, len(done.failed), done.stopped)
    asked = table(("calls", "answered", "unknown", "failed", "stopped"), [counts])
    return ["## Questions", asked, *failures(done.failed), *built(done.report)]
