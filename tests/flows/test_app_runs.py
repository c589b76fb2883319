"""The app's view of runs, asked of a real Prefect server."""

from collections.abc import Iterator
from uuid import UUID

import httpx
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas import State
from prefect.client.schemas.actions import ArtifactCreate
from prefect.states import Completed, Running
from tenacity import wait_none

from ui.runs import ATTEMPTS, CHAIN, DEPLOYMENTS, Run, Runs, RunsUnavailable, UnknownRun


@pytest.fixture(scope="module")
def server(prefect_api: str) -> str:
    """A Prefect server that has the project's deployments, with nobody to run them."""
    with get_client(sync_client=True) as client:
        for name in DEPLOYMENTS:
            flow_id = client.create_flow_from_name(name)
            client.create_deployment(flow_id, name)
    return prefect_api


@pytest.fixture
def runs(server: str) -> Iterator[Runs]:
    asking = Runs(server)
    yield asking
    asking.close()


def goes(run: Run, state: State[None]) -> None:
    """The run comes into a state."""
    with get_client(sync_client=True) as client:
        client.set_flow_run_state(UUID(run.run_id), state, force=True)


def test_a_sync_is_asked_for_once(runs: Runs) -> None:
    asked = runs.start_sync("ada")

    assert asked.listeners == ("ada",) and asked.status == "scheduled"
    assert runs.start_sync("ada").run_id == asked.run_id
    assert runs.start_sync("miles").run_id != asked.run_id
    assert asked.run_id in [run.run_id for run in runs.recent()]


def test_a_sync_is_over_when_what_follows_it_was_published(runs: Runs) -> None:
    sync = runs.start_sync("grace")
    goes(sync, Running())
    goes(sync, Completed(message="silver.plays 12 rows"))
    assert not runs.progress(sync.run_id).is_over

    with get_client(sync_client=True) as client:
        for name in CHAIN:
            deployment = client.read_deployment_by_name(f"{name}/{name}")
            client.create_flow_run_from_deployment(deployment.id)
    following = runs.progress(sync.run_id).following
    assert [run.deployment for run in following] == list(CHAIN)
    goes(following[-1], Completed())

    assert runs.progress(sync.run_id).is_over


def test_a_sync_that_brought_nothing_is_over_at_once(runs: Runs) -> None:
    sync = runs.start_sync("joan")
    goes(sync, Completed(message="nothing was new"))

    assert runs.progress(sync.run_id).is_over


def test_each_deployment_is_summed_up_by_what_its_last_run_wrote(runs: Runs) -> None:
    said = [
        ("generate-candidates", "600 rows"),
        ("sync-plays", "old"),
        ("sync-plays", "12 plays"),
        ("else", "not ours"),
    ]
    with get_client(sync_client=True) as client:
        for flow, markdown in said:
            client.create_artifact(ArtifactCreate(type="markdown", key=f"{flow}-summary", data=markdown))

    ours = {flow for flow, _ in said}
    told = [(summary.deployment, summary.markdown) for summary in runs.summaries() if summary.deployment in ours]

    assert told == [("sync-plays", "12 plays"), ("generate-candidates", "600 rows")]


def test_what_a_busy_server_refuses_is_asked_again_and_starts_one_run(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.runs.Runs._asked.retry.wait", wait_none())
    asked: list[bytes] = []

    def busy_at_first(request: httpx.Request) -> httpx.Response:
        """As Prefect answers, but with a 503 in place of the first two runs that it creates."""
        with httpx.Client() as prefect:
            answer = prefect.request(request.method, request.url, content=request.read(), headers=request.headers)
        if request.url.path.endswith("/create_flow_run"):
            asked.append(request.content)
            return httpx.Response(503) if len(asked) < 3 else httpx.Response(200, json=answer.json())
        return httpx.Response(answer.status_code, json=answer.json())

    runs = Runs(server, httpx.MockTransport(busy_at_first))
    started = runs.start_sync("nina")
    found = runs.recent()
    runs.close()

    assert len(asked) == 3
    assert [run.run_id for run in found if run.listeners == ("nina",)] == [started.run_id]


def test_a_server_that_stays_busy_is_said_to_be_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.runs.Runs._asked.retry.wait", wait_none())
    asked: list[httpx.Request] = []

    def busy(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(503)

    with pytest.raises(RunsUnavailable, match="503"):
        Runs("http://prefect.test/api", httpx.MockTransport(busy)).recent()
    assert len(asked) == ATTEMPTS


@pytest.mark.parametrize("run_id", ["none", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_run_is_said_to_be_unknown(runs: Runs, run_id: str) -> None:
    with pytest.raises(UnknownRun):
        runs.one(run_id)


@pytest.mark.parametrize(("api", "said"), [(None, "PREFECT_API_URL"), ("http://127.0.0.1:9/api", "segue up")])
def test_where_no_server_answers_the_message_says_what_to_do(api: str | None, said: str) -> None:
    with pytest.raises(RunsUnavailable, match=said):
        Runs(api).recent()
