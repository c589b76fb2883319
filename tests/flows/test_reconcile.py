"""reconcile: what it takes for missed, what for dead, and that it never starts a thing twice."""

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from prefect.client.orchestration import get_client
from prefect.client.schemas import State
from prefect.client.schemas.objects import StateType

from flows import engine, flow_runs
from flows import reconcile as reconciling
from flows.chain import STEPS, next_step
from flows.flow_runs import Run, closable, dead_runs, under_way
from flows.reconcile import reconcile
from flows.settings import Settings

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RUNNING, PENDING, SCHEDULED = StateType.RUNNING, StateType.PENDING, StateType.SCHEDULED
NOTHING = {step.name: 0 for step in STEPS}


def run(deployment: str = "aggregate-plays", *, state: StateType = RUNNING, heard: float = 0.0, name: str = "") -> Run:
    return Run(deployment, name or deployment, state, NOW - timedelta(seconds=heard))


def chosen(*busy: str, tried: tuple[str, ...] = (), **lag: int) -> str | None:
    step = next_step({name.replace("_", "-"): count for name, count in lag.items()}, busy, tried)
    return step.name if step else None


def test_the_first_step_that_lags_is_run_first() -> None:
    assert chosen(plays=0, play_counts=2, candidates=5, publish=1) == "play-counts"
    assert chosen(catalogue=3, candidates=5) == "catalogue"
    assert chosen(publish=1) == "publish"


def test_where_nothing_lags_nothing_is_run() -> None:
    assert next_step(NOTHING, busy=(), tried=()) is None


def test_what_has_a_run_under_way_gets_no_second_one() -> None:
    assert chosen("sync-plays", plays=1) is None
    assert chosen("generate-candidates", candidates=1, publish=1) is None


def test_what_follows_a_run_under_way_is_left_to_its_event() -> None:
    assert chosen("sync-plays", plays=1, play_counts=1) is None
    assert chosen("aggregate-plays", candidates=4) is None
    assert chosen("enrich-catalogue", candidates=4, publish=4) is None


def test_a_long_fetch_holds_up_nothing_but_what_follows_it() -> None:
    assert chosen("sync-plays", plays=1, play_counts=1, catalogue=2) == "catalogue"
    assert chosen("sync-plays", plays=1, candidates=2) == "candidates"


def test_a_step_is_tried_once() -> None:
    assert chosen(plays=1, play_counts=1, tried=("plays",)) == "play-counts"


@pytest.mark.parametrize(
    ("state", "heard", "is_silent"),
    [(RUNNING, 95, False), (RUNNING, 101, True), (PENDING, 170, False), (PENDING, 181, True), (SCHEDULED, 9999, False)],
)
def test_a_run_is_silent_when_it_should_have_been_heard_of(state: StateType, heard: float, is_silent: bool) -> None:
    assert run(state=state, heard=heard).is_silent(NOW) is is_silent


def test_a_dead_run_is_left_while_another_has_its_deployments_slot() -> None:
    dead, another = run(name="dead"), run(name="alive")

    assert closable([dead], [another]) == ([], [dead])
    assert closable([dead], [run(state=SCHEDULED), run("sync-plays")]) == ([dead], [])


class Prefect:
    """A server with deployments and no worker, so that a run stays in the state it was put in."""

    def __init__(self, api: str) -> None:
        self.api = api
        self.deployments = {step.deployment: self._deploy(step.deployment) for step in STEPS}

    def _deploy(self, name: str) -> str:
        flow = self.post("flows/", {"name": name})["id"]
        body = {"name": name, "flow_id": flow, "work_pool_name": "segue", "concurrency_limit": 1}
        return str(self.post("deployments/", {**body, "enforce_parameter_schema": False})["id"])

    def post(self, path: str, body: Any) -> Any:
        return self._asked("POST", path, json=body)

    def delete(self, path: str) -> None:
        self._asked("DELETE", path)

    def _asked(self, method: str, path: str, **body: Any) -> Any:
        answer = requests.request(method, f"{self.api}/{path}", timeout=30, **body)
        # SQLite is locked while the server's own services write.
        while answer.status_code == requests.codes.unavailable:
            time.sleep(0.2)
            answer = requests.request(method, f"{self.api}/{path}", timeout=30, **body)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def start(self, deployment: str, state: str, **parameters: Any) -> str:
        created = self.post(f"deployments/{self.deployments[deployment]}/create_flow_run", {"parameters": parameters})
        for step in ("PENDING", "RUNNING"):
            self.post(f"flow_runs/{created['id']}/set_state", {"state": {"type": step}})
            if step == state:
                break
        return str(created["id"])

    def runs(self, deployment: str) -> list[dict[str, Any]]:
        body = {"deployments": {"id": {"any_": [self.deployments[deployment]]}}}
        return list(self.post("flow_runs/filter", body))

    def state(self, run: str) -> str:
        return str(requests.get(f"{self.api}/flow_runs/{run}", timeout=30).json()["state"]["type"])


@pytest.fixture
def server(prefect_api: str) -> Iterator[Prefect]:
    requests.post(f"{prefect_api}/work_pools/", json={"name": "segue", "type": "process"}, timeout=30)
    server = Prefect(prefect_api)
    yield server
    for deployment in server.deployments.values():
        server.delete(f"deployments/{deployment}")


@pytest.fixture
def lag(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, int]:
    """What lags, to be changed by the test."""
    lagging: dict[str, int] = {}

    def behind(_: Settings) -> Mapping[str, int]:
        return {**NOTHING, **lagging}

    monkeypatch.setenv("SEGUE_HOME", str(tmp_path))
    monkeypatch.setattr(engine, "behind", behind)
    monkeypatch.setattr(reconciling, "EVENT_SECONDS", 0.0)
    monkeypatch.setattr(reconciling, "PATIENCE", timedelta(seconds=1))
    monkeypatch.setattr(flow_runs, "SECOND_LOOK_SECONDS", 0.0)
    return lagging


@pytest.fixture
def all_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow_runs, "SILENT_AFTER", dict.fromkeys(flow_runs.SILENT_AFTER, timedelta(0)))


def ended(state: State[Any]) -> tuple[str, str]:
    return state.type.value, state.message or ""


@pytest.mark.usefixtures("server", "lag")
def test_where_nothing_was_missed_that_is_said() -> None:
    assert ended(reconcile(return_state=True)) == ("COMPLETED", "nothing was missed")


def test_what_lags_is_asked_for_once_however_often_it_looks(server: Prefect, lag: dict[str, int]) -> None:
    lag["play-counts"] = 3

    first, second = reconcile(return_state=True), reconcile(return_state=True)

    assert len(server.runs("aggregate-plays")) == 1
    assert ended(first) == ("COMPLETED", "play-counts 3 behind: aggregate-plays is not finished yet")
    assert ended(second) == ("COMPLETED", "play-counts 3 behind: left to aggregate-plays, already running")


def test_pages_that_landed_are_built_without_asking_for_more(server: Prefect, lag: dict[str, int]) -> None:
    lag["plays"] = 2

    reconcile(return_state=True)

    assert [run["parameters"] for run in server.runs("sync-plays")] == [{"fetch": False}]


@pytest.mark.usefixtures("server")
def test_what_keeps_it_from_looking_is_said(lag: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Settings) -> Mapping[str, int]:
        raise OSError("the disk is gone")

    monkeypatch.setattr(engine, "behind", broken)

    assert ended(reconcile(return_state=True)) == ("FAILED", "the disk is gone")


@pytest.mark.usefixtures("lag", "all_silent")
def test_runs_that_died_are_closed_and_a_fetch_is_started_again_with_its_dates(server: Prefect) -> None:
    build, fetch = server.start("aggregate-plays", "PENDING"), server.start("sync-plays", "RUNNING", since="2024-01-31")

    state = reconcile(return_state=True)

    assert server.state(build) == server.state(fetch) == "CRASHED"
    assert [run["parameters"] for run in server.runs("sync-plays")] == [{"since": "2024-01-31"}] * 2
    assert len(server.runs("aggregate-plays")) == 1
    assert "closed and restarted" in ended(state)[1]


@pytest.mark.usefixtures("lag")
def test_a_fetch_that_crashed_by_itself_is_started_again_once(server: Prefect) -> None:
    crashed = server.start("enrich-catalogue", "RUNNING", calls=500)
    server.post(f"flow_runs/{crashed}/set_state", {"state": {"type": "CRASHED"}})

    first, second = reconcile(return_state=True), reconcile(return_state=True)

    assert [run["parameters"] for run in server.runs("enrich-catalogue")] == [{"calls": 500}] * 2
    assert "had crashed and was restarted" in ended(first)[1]
    assert ended(second) == ("COMPLETED", "nothing was missed")


@pytest.mark.usefixtures("lag", "all_silent")
def test_a_fetch_that_died_twice_is_left_to_its_schedule(server: Prefect) -> None:
    server.start("sync-plays", "RUNNING")
    reconcile(return_state=True)
    (again,) = (run["id"] for run in server.runs("sync-plays") if run["state"]["type"] == "SCHEDULED")
    for state in ("PENDING", "RUNNING"):
        server.post(f"flow_runs/{again}/set_state", {"state": {"type": state}})

    reconcile(return_state=True)

    assert {run["state"]["type"] for run in server.runs("sync-plays")} == {"CRASHED"}
    assert len(server.runs("sync-plays")) == 2


@pytest.mark.usefixtures("prefect_api")
def test_a_run_that_missed_one_sign_of_life_is_watched(server: Prefect, monkeypatch: pytest.MonkeyPatch) -> None:
    run = server.start("aggregate-plays", "RUNNING")
    monkeypatch.setitem(flow_runs.SILENT_AFTER, RUNNING, timedelta(seconds=2))

    with get_client(sync_client=True) as client:
        closed, kept = dead_runs(client, own="", wait=lambda _: time.sleep(2))

    assert ([one.id for one in closed], kept) == ([run], [])


@pytest.mark.usefixtures("prefect_api", "all_silent")
def test_a_run_that_is_heard_of_between_two_looks_lives(server: Prefect, monkeypatch: pytest.MonkeyPatch) -> None:
    run = server.start("aggregate-plays", "RUNNING")

    def heard(_: float) -> None:
        monkeypatch.setattr(flow_runs, "SILENT_AFTER", dict.fromkeys(flow_runs.SILENT_AFTER, timedelta(minutes=1)))

    with get_client(sync_client=True) as client:
        assert run in [each.id for each in under_way(client)]
        assert dead_runs(client, own="", wait=heard) == ([], [])
