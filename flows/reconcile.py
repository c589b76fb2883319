"""reconcile: finds steps that are behind their inputs, and runs them; closes runs that died."""

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas import State
from prefect.runtime import flow_run
from prefect.states import Completed, Failed

from flows import engine
from flows.artifacts import bullets, keep_summary, page, plain
from flows.building import trouble
from flows.chain import FETCHING, STEPS, Step, next_step
from flows.flow_runs import Ended, Run, close, crashed, dead_runs, start, under_way, wait_for
from flows.settings import Settings, read_settings

FLOW = "reconcile"
# It ends within the hour, or the next hourly run would have to wait.
PATIENCE = timedelta(minutes=45)
# A run's event starts the next one within seconds; looking sooner would start it a second time.
EVENT_SECONDS = 10.0


@dataclass(frozen=True)
class Healed:
    """A step that was behind, by how much, and how the run ended that was started for it."""

    step: Step
    lag: int
    run: Ended

    def row(self) -> tuple[str, str]:
        """The step, and what was done about it."""
        return f"{self.step.name} {self.lag:,} behind", f"{self.step.deployment} {self.run}"


@dataclass
class Healing:
    """What was run, what is still behind, which deployments are busy, and why it ended early if it did."""

    healed: list[Healed] = field(default_factory=list)
    left: Mapping[str, int] = field(default_factory=dict)
    busy: Collection[str] = ()
    trouble: str = ""

    @property
    def failed(self) -> bool:
        """Whether a person should look at it."""
        return bool(self.trouble) or any(healed.run.failed for healed in self.healed)

    def tried(self) -> set[str]:
        """The names of the steps that were run."""
        return {healed.step.name for healed in self.healed}


@dataclass(frozen=True)
class Buried:
    """Dead runs: `closed`, `kept` until their deployment is free, or started `again`."""

    closed: Sequence[Run] = ()
    kept: Sequence[Run] = ()
    again: Sequence[Run] = ()

    def rows(self) -> list[tuple[str, str]]:
        """Each run, and what was done about it."""
        closed, again = ({run.id for run in runs} for runs in (self.closed, self.again))
        rows = [(run, "closed and restarted" if run.id in again else "closed") for run in self.closed]
        rows += [(run, "had crashed and was restarted") for run in self.again if run.id not in closed]
        rows += [(run, f"left for later: {run.deployment} has another run in progress") for run in self.kept]
        return [(run.name, f"{done}, last heard from at {run.heard:%Y-%m-%d %H:%M:%S} UTC") for run, done in rows]


@flow(name=FLOW, flow_run_name=FLOW, persist_result=False, result_serializer="json")
def reconcile() -> State[None]:
    """Close runs that died; then run the steps that are behind, one by one, unless they run already."""
    settings = read_settings().keyless
    with get_client(sync_client=True) as client:
        buried = bury(client, flow_run.id)
        healing = heal(client, settings)
    keep_summary(FLOW, summary(buried, healing))
    message = "; ".join(outcome(buried, healing)) or "nothing was missed"
    return Failed(message=message) if healing.failed else Completed(message=message)


def bury(client: SyncPrefectClient, own: str) -> Buried:
    """Close runs that died; start those that fetch once more, with their parameters."""
    closed, kept = dead_runs(client, own=own)
    for run in closed:
        close(client, run)
    again = crashed(client, FETCHING)
    for run in again:
        start(client, run.deployment, run.parameters, instead_of=run)
    return Buried(closed, kept, again)


def heal(client: SyncPrefectClient, settings: Settings) -> Healing:
    """Run the steps that are behind in order, each at most once."""
    healing, deadline = Healing(), datetime.now(UTC) + PATIENCE
    while datetime.now(UTC) < deadline:
        looked = behind(settings, return_state=True)
        if not looked.is_completed():
            healing.trouble = trouble(looked)
            break
        lag: Mapping[str, int] = looked.result()
        healing.left = {name: count for name, count in lag.items() if count}
        healing.busy = {run.deployment for run in under_way(client)}
        step = next_step(lag, healing.busy, healing.tried())
        if step is None:
            break
        run = start(client, step.deployment, step.parameters)
        healing.healed.append(Healed(step, lag[step.name], wait_for(client, run, until=deadline)))
        time.sleep(EVENT_SECONDS)
    return healing


@task(name="compare", task_run_name="compare what is built", cache_policy=NO_CACHE, persist_result=False)
def behind(settings: Settings) -> Mapping[str, int]:
    """For each step, how much there is to do."""
    return engine.behind(settings)


def outcome(buried: Buried, healing: Healing) -> list[str]:
    """What was found and done, a clause for each; empty if nothing was behind."""
    said = [f"{name}: {done}" for name, done in (*buried.rows(), *(healed.row() for healed in healing.healed))]
    said += [f"{name}: {why}" for name, why in left(healing)]
    return [*said, healing.trouble] if healing.trouble else said


def left(healing: Healing) -> list[tuple[str, str]]:
    """Each step that is still behind at the end, and why."""
    by_name = {step.name: step for step in STEPS}
    waited_for = {one.step.name for one in healing.healed if not one.run.state.is_final()}
    rows = []
    for name, count in healing.left.items():
        at_it = by_name[name].waits_for(healing.busy)
        why = f"left to {' and '.join(sorted(at_it))}, already running" if at_it else "left to the next reconcile run"
        rows += [] if name in waited_for else [(f"{name} {count:,} behind", why)]
    return rows


def summary(buried: Buried, healing: Healing) -> str:
    """The page that is kept with the run."""
    sections = {
        "Runs that died": buried.rows(),
        "Steps that were behind": [healed.row() for healed in healing.healed],
        "Steps that are behind": left(healing),
    }
    parts = [f"**It ended early.** {plain(healing.trouble)}"] if healing.trouble else []
    parts += [part for title, rows in sections.items() if rows for part in (f"## {title}", bullets(rows))]
    return page(FLOW, parts or ["Nothing was missed."])
