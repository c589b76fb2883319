"""evaluate: measures recommendations made at several cuts in time against what was played after each cut."""

from typing import Annotated

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas import State
from prefect.states import Completed, Failed
from pydantic import Field

from flows import engine
from flows.artifacts import keep_summary, summary
from flows.building import Build, announce, outcome, trouble
from flows.settings import Settings, read_settings
from jobs.evaluation.cuts import CUTS, DAYS
from jobs.report import Report

BUILD = Build(
    flow="evaluate",
    announces="gold.evaluation",
    reads=("silver.plays", "silver.feedback", "silver.community_plays"),
)


@flow(name=BUILD.flow, flow_run_name=BUILD.flow, persist_result=False, result_serializer="json")
def evaluate(
    listeners: Annotated[list[str] | None, Field(description="Listeners to measure; all if none are given")] = None,
    cuts: Annotated[int, Field(description="Number of cuts in time", ge=1)] = CUTS,
    days: Annotated[int, Field(description="Number of days after each cut to compare with", ge=1)] = DAYS,
) -> State[None]:
    """Hide what came after each cut, build what would have been shown, and compare it with what was played."""
    ending = measure(read_settings().keyless, listeners or [], cuts, days, return_state=True)
    if not ending.is_completed():
        why = trouble(ending)
        keep_summary(BUILD.flow, summary(BUILD.flow, None, not_fetched={}, trouble=why))
        return Failed(message=why)
    report: Report = ending.result()
    keep_summary(BUILD.flow, summary(BUILD.flow, report, not_fetched={}))
    announce(BUILD, report)
    return Completed(message=outcome(report))


@task(name="measure", cache_policy=NO_CACHE, persist_result=False)
def measure(settings: Settings, listeners: list[str], cuts: int, days: int) -> Report:
    """One Spark job for all cuts. Not retried: faults of the data or the machine would be there again."""
    return engine.evaluate(settings, listeners, cuts=cuts, days=days)
