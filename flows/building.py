"""One build inside a flow run: the Spark job, its summary, and the events that start the next flow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from prefect import task
from prefect.assets import Asset, materialize
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas import State
from prefect.runtime import task_run
from prefect.states import Completed, Failed

from flows import engine
from flows.artifacts import keep_summary, summary
from flows.settings import Settings
from jobs.report import Report


@dataclass(frozen=True)
class Build:
    """What a flow builds, and which tables it reads."""

    flow: str
    announces: str
    """The table that whatever comes next waits for: one alone, or the next flow would run once per table."""
    steps: Sequence[str] = ()
    reads: Sequence[str] = ()


@dataclass(frozen=True)
class Fetched:
    """Result of the fetch before a build: how many listeners were fetched, and why some failed."""

    listeners: int = 0
    failed: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        reasons = "; ".join(f"{listener}: {why}" for listener, why in sorted(self.failed.items()))
        return f"{len(self.failed)} of {self.listeners} listeners failed: {reasons}" if self.failed else ""


NOTHING_FETCHED = Fetched()


def asset_key(table: str) -> str:
    """The key of a table's Prefect asset: `silver.plays` is `delta://silver/plays`."""
    return f"delta://{table.replace('.', '/')}"


def build_and_announce(build: Build, settings: Settings, before: Fetched = NOTHING_FETCHED) -> State[None]:
    """Build what is stale, keep the summary, and announce the tables written; returns the run's final state.

    If nothing was written, nothing is announced, so that no further flow starts only to find nothing to do.
    """
    # A task's parameters show in debug logs; the engine calls no source, so it gets settings without keys.
    ending = run_engine(settings.keyless, build.steps, return_state=True)
    if not ending.is_completed():
        why = trouble(ending)
        keep_summary(build.flow, summary(build.flow, None, not_fetched=before.failed, trouble=why))
        return Failed(message=". ".join(filter(None, (why, str(before)))))
    report: Report = ending.result()
    keep_summary(build.flow, summary(build.flow, report, not_fetched=before.failed))
    if report.written:
        announce(build, report)
    if before.failed:
        others = f". For the others: {outcome(report)}" if len(before.failed) < before.listeners else ""
        return Failed(message=f"{before}{others}")
    return Completed(message=outcome(report))


def trouble(ending: State[Any]) -> str:
    """Why a task failed, in one line; for an exception without a message, its class name."""
    why = ending.result(raise_on_failure=False)
    return " ".join(str(why).split()) or type(why).__name__


def build_name() -> str:
    """The task run's name: `build candidates, publish`."""
    steps: Sequence[str] = task_run.parameters["steps"]
    return f"build {', '.join(steps)}"


@task(name="build", task_run_name=build_name, cache_policy=NO_CACHE, persist_result=False)
def run_engine(settings: Settings, steps: Sequence[str]) -> Report:
    """One Spark job for all listeners. Not retried: faults of the data or the machine would be there again."""
    return engine.build(settings, steps)


def announce(build: Build, report: Report) -> None:
    """Materialize the assets of the tables written, once per run, with their numbers of listeners and rows."""
    figures = {written.table: written for written in report.written_by_table() if "." in written.table}
    tables = sorted({*figures, build.announces})
    assets = {table: Asset(key=asset_key(table)) for table in tables}

    @materialize(
        *assets.values(),
        by="spark",
        name="announce",
        task_run_name=f"announce {', '.join(tables)}",
        asset_deps=[asset_key(table) for table in build.reads],
        # A cached task emits no event, and the next flow would not start.
        cache_policy=NO_CACHE,
        persist_result=False,
    )
    def tell() -> None:
        for table, written in figures.items():
            assets[table].add_metadata({"listeners": written.listeners, "rows": written.rows})

    tell()


def outcome(report: Report) -> str:
    """The build in one line."""
    if not report.written:
        return "nothing was new"
    return ", ".join(f"{written.table} {written.rows:,} rows" for written in report.written_by_table())
