"""Flow runs on Prefect's server: which are under way, which of those have died, and how to start one."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas import FlowRun, State
from prefect.client.schemas.filters import FlowRunFilter, WorkPoolFilter
from prefect.client.schemas.objects import StateType
from prefect.events.filters import EventFilter, EventNameFilter, EventResourceFilter
from prefect.states import Crashed, Scheduled

from flows.commands import WORK_POOL

HEARTBEAT = "prefect.flow-run.heartbeat"
STARTED = frozenset({StateType.PENDING, StateType.RUNNING, StateType.CANCELLING})
# prefect.yaml sets a heartbeat every 30 s, the shortest interval that Prefect allows: this means three were missed.
# A pending run sends none: its process takes a few seconds to start, on a busy machine half a minute.
SILENT_AFTER = {
    StateType.PENDING: timedelta(minutes=3),
    StateType.RUNNING: timedelta(seconds=100),
    StateType.CANCELLING: timedelta(seconds=100),
}
# After the machine slept, every run looks silent: a living one sends two heartbeats within this time.
SECOND_LOOK_SECONDS = 60.0
# A run that waits for its deployment's slot is rescheduled by half a minute at a time.
SOON = timedelta(minutes=1)
# A run with this tag is not started once more if it crashes: it may itself be what kills its process.
AGAIN = "started again"
# Runs that crashed longer ago were handled by the hourly reconcile of that time.
LATELY = timedelta(hours=3)
POLL_SECONDS = 2.0


@dataclass(frozen=True)
class Run:
    """A run of one of the project's deployments."""

    deployment: str
    name: str
    state: StateType
    heard: datetime
    """Its last sign of life: a heartbeat, or when it came into its state."""
    id: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    tags: Collection[str] = ()

    def is_silent(self, now: datetime) -> bool:
        """Whether a sign of life is overdue. A scheduled run sends none, so it is never silent."""
        return self.state in SILENT_AFTER and now - self.heard > SILENT_AFTER[self.state]


@dataclass(frozen=True)
class Ended:
    """The last state of a run that was waited for; not final if the wait ended first."""

    state: State[Any]

    @property
    def failed(self) -> bool:
        return self.state.is_final() and not self.state.is_completed()

    def __str__(self) -> str:
        if not self.state.is_final():
            return "is not finished yet"
        said = f": {self.state.message}" if self.state.message else ""
        return f"{(self.state.name or '').lower()}{said}"


def under_way(client: SyncPrefectClient) -> list[Run]:
    """All runs that are pending, running or being cancelled, and the scheduled ones that are due."""
    started = {"state": {"type": {"any_": list(STARTED)}}}
    waiting = {"state": {"type": {"any_": [StateType.SCHEDULED]}}}
    due = {**waiting, "next_scheduled_start_time": {"before_": datetime.now(UTC) + SOON}}
    return [*_read(client, started), *_read(client, due)]


def dead_runs(
    client: SyncPrefectClient, *, own: str, wait: Callable[[float], None] = time.sleep
) -> tuple[list[Run], list[Run]]:
    """Runs whose process died without reporting it: those that can be closed, and those to be left for later.

    Suspects are checked twice, so that a run that only slept with the machine does not count as dead. `own` is the
    id of the calling run.
    """
    second_look = datetime.now(UTC) + timedelta(seconds=SECOND_LOOK_SECONDS)
    suspects = {run.id for run in under_way(client) if run.id != own and run.is_silent(second_look)}
    if not suspects:
        return [], []
    wait(SECOND_LOOK_SECONDS)
    now, others = datetime.now(UTC), [run for run in under_way(client) if run.id != own]
    dead = [run for run in others if run.id in suspects and run.is_silent(now)]
    return closable(dead, [run for run in others if run not in dead])


def closable(dead: Sequence[Run], living: Sequence[Run]) -> tuple[list[Run], list[Run]]:
    """The dead runs that can be closed, and those that cannot be closed yet.

    Prefect gives a dead run's slot to the next run after five minutes. Closing the dead run while that one runs would
    free the slot a second time (Prefect 3.8.8 lowers the count if it finds no lease), and a third run would start.
    """
    taken = {run.deployment for run in living if run.state in STARTED}
    return [run for run in dead if run.deployment not in taken], [run for run in dead if run.deployment in taken]


def close(client: SyncPrefectClient, run: Run) -> None:
    """Set the run's state to Crashed, which frees its deployment's slot."""
    message = f"its process ended without reporting it: the last sign of life was at {run.heard:%Y-%m-%d %H:%M:%S} UTC"
    client.set_flow_run_state(UUID(run.id), Crashed(message=message), force=True)


def crashed(client: SyncPrefectClient, deployments: Collection[str]) -> list[Run]:
    """Runs of these deployments that crashed within `LATELY`, were not replaced and are no replacements themselves."""
    lately = {"after_": datetime.now(UTC) - LATELY}
    wanted = {"state": {"type": {"any_": [StateType.CRASHED]}}, "end_time": lately}
    runs = [run for run in _read(client, wanted) if run.deployment in deployments and AGAIN not in run.tags]
    return [run for run in runs if not _read(client, {"idempotency_key": {"any_": [_in_place_of(run)]}})]


def start(
    client: SyncPrefectClient, deployment: str, parameters: Mapping[str, Any], *, instead_of: Run | None = None
) -> str:
    """Create a run of the deployment and return its id; at most one run is created instead of a given dead one."""
    named = client.read_deployment_by_name(f"{deployment}/{deployment}")
    run = client.create_flow_run_from_deployment(
        named.id,
        parameters=dict(parameters),
        tags=[AGAIN] if instead_of else [],
        idempotency_key=_in_place_of(instead_of) if instead_of else None,
    )
    return str(run.id)


def wait_for(client: SyncPrefectClient, run: str, *, until: datetime) -> Ended:
    """Wait until the run has ended or `until` is reached; return its state."""
    while True:
        state = client.read_flow_run(UUID(run)).state
        ended = Ended(state or Scheduled())
        if ended.state.is_final() or datetime.now(UTC) >= until:
            return ended
        time.sleep(POLL_SECONDS)


def _in_place_of(run: Run) -> str:
    """The idempotency key that prevents a second replacement of the same run."""
    return f"in the place of {run.id}"


def _read(client: SyncPrefectClient, wanted: Mapping[str, Any]) -> list[Run]:
    """The runs of the project's deployments that match the filter."""
    pool = WorkPoolFilter.model_validate({"name": {"any_": [WORK_POOL]}})
    names = {one.id: one.name for one in client.read_deployments(work_pool_filter=pool)}
    found = client.read_flow_runs(flow_run_filter=FlowRunFilter.model_validate(wanted))
    return [_run(client, run, names[run.deployment_id]) for run in found if run.deployment_id in names]


def _run(client: SyncPrefectClient, run: FlowRun, deployment: str) -> Run:
    state = run.state_type or StateType.SCHEDULED
    came = run.state.timestamp if run.state else datetime.now(UTC)
    heard = max([came, *_heartbeats(client, run)]) if state in STARTED else came
    return Run(deployment, run.name, state, heard, str(run.id), run.parameters, tuple(run.tags))


def _heartbeats(client: SyncPrefectClient, run: FlowRun) -> list[datetime]:
    """The newest heartbeat that the server has, if there is one."""
    resource = EventResourceFilter(id=[f"prefect.flow-run.{run.id}"])
    page = client.read_events(EventFilter(event=EventNameFilter(name=[HEARTBEAT]), resource=resource), limit=1)
    return [event.occurred for event in page.events]
