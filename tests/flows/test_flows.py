"""The flows, on a real Prefect server, with an engine and a source that only pretend."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import prefect.events
import pytest
import requests
from prefect.client.schemas import State

from flows import building, engine, sync_plays
from flows.aggregate_plays import BUILD as AGGREGATE
from flows.aggregate_plays import aggregate_plays
from flows.generate_candidates import BUILD as GENERATE
from flows.generate_candidates import generate_candidates
from flows.settings import Settings
from flows.sources.errors import PrivateListener, SourceError, SourceUnavailable, WrongKey
from flows.sources.play_source import Landing
from jobs.report import Consumed, GateResult, Report, Written
from jobs.tables import STEPS
from tests.patience import PATIENCE

KEY = "0123456789abcdef0123456789abcdef"
NOTHING_NEW = Report()
PLAYS_CAME = Report(
    consumed=(
        Consumed("b1", "rj", read=10, new=7, duplicate=2, quarantined=1, reasons={"no artist": 1}),
        Consumed("b2", "rj", read=5, new=4, duplicate=0, quarantined=1, reasons={"now playing": 1}),
    ),
    written=(Written("silver.plays", listeners=1, rows=11),),
    gates=(GateResult("silver.plays", "key is unique", "critical", success=True, observed="0 of 11 rows"),),
)


Sync = Callable[..., State[Any]]
EngineGives = Callable[[Report | Exception], None]


class GateClosed(Exception):
    pass


class Source:
    """Lands one page for everyone but those for whom it was told to fail."""

    def __init__(self, **failures: SourceError | list[SourceError]) -> None:
        self.failures = failures
        self.calls: list[tuple[str, datetime | None, datetime | None]] = []

    def fetch_plays(
        self, listener: str, /, *, since: datetime | None, until: datetime | None, now: datetime, **_: object
    ) -> Landing:
        self.calls.append((listener, since, until))
        failure = self.failures.get(listener, [])
        if isinstance(failure, SourceError):
            raise failure
        if failure:
            raise failure.pop()
        return Landing(listener, new_pages=1, pages=1, plays=200, calls=1, newest="")


@pytest.fixture
def built() -> list[tuple[str, ...]]:
    """What the engine was asked to build, once `engine_gives` has said what comes of it."""
    return []


@pytest.fixture
def engine_gives(monkeypatch: pytest.MonkeyPatch, built: list[tuple[str, ...]]) -> EngineGives:
    def give(outcome: Report | Exception) -> None:
        def build(settings: Settings, tables: Sequence[str], **_: Any) -> Report:
            built.append(tuple(tables))
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        monkeypatch.setattr(engine, "build", build)

    return give


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The assets for which Prefect sent the event that starts the next flow."""
    assets: list[str] = []

    def emit(event: str, resource: dict[str, str], **_: Any) -> None:
        if event == "prefect.asset.materialization.succeeded":
            assets.append(resource["prefect.resource.id"])

    monkeypatch.setattr(prefect.events, "emit_event", emit)
    return assets


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SEGUE_HOME", str(tmp_path))
    monkeypatch.setenv("LASTFM_API_KEY", KEY)
    monkeypatch.delenv("SEGUE_LISTENERS", raising=False)
    monkeypatch.setattr(sync_plays, "RETRY_AFTER_SECONDS", 0.0)


@pytest.fixture
def sync(monkeypatch: pytest.MonkeyPatch, prefect_api: str) -> Sync:
    def run(source: Source, *listeners: str, **parameters: Any) -> State[Any]:
        @contextmanager
        def use(_: Settings) -> Iterator[Source]:
            yield source

        monkeypatch.setattr(sync_plays, "listening_source", use)
        state: State[Any] = sync_plays.sync_plays(list(listeners), **parameters, return_state=True)
        return state

    return run


def asked(api: str, what: str, body: dict[str, Any]) -> Any:
    answer = requests.post(f"{api}/{what}/filter", json=body, timeout=30)
    answer.raise_for_status()
    return answer.json()


def said(state: State[Any]) -> str:
    return state.message or ""


def newest_artifact(api: str, flow: str) -> str:
    body = {"artifacts": {"key": {"any_": [f"{flow}-summary"]}}, "sort": "CREATED_DESC", "limit": 1}
    return str(asked(api, "artifacts", body)[0]["data"])


def newest_run(api: str) -> dict[str, Any]:
    run: dict[str, Any] = asked(api, "flow_runs", {"sort": "START_TIME_DESC", "limit": 1})[0]
    return run


def tasks_of(api: str, run: dict[str, Any], *, count: int) -> set[str]:
    """The names of the run's tasks; the server learns of them by events, some of which come after the run has ended."""
    deadline = time.monotonic() + PATIENCE
    while True:
        tasks = asked(api, "task_runs", {"flow_runs": {"id": {"any_": [run["id"]]}}})
        if len(tasks) >= count or time.monotonic() > deadline:
            return {task["name"] for task in tasks}
        time.sleep(0.05)


def test_all_that_landed_is_built_in_one_job_and_announced_once(
    sync: Sync, engine_gives: EngineGives, built: list[tuple[str, ...]], announced: list[str]
) -> None:
    engine_gives(PLAYS_CAME)

    state = sync(Source(), "rj", "ana", "bo")

    assert state.is_completed()
    assert said(state) == "silver.plays 11 rows"
    assert built == [engine.PLAYS]
    assert announced == ["delta://silver/plays"]


def test_nothing_new_ends_well_and_announces_nothing(
    sync: Sync, engine_gives: EngineGives, announced: list[str]
) -> None:
    engine_gives(NOTHING_NEW)

    state = sync(Source(), "rj")

    assert state.is_completed()
    assert said(state) == "nothing was new"
    assert announced == []


def test_a_listener_that_fails_costs_only_itself_and_is_named(
    sync: Sync, engine_gives: EngineGives, built: list[tuple[str, ...]], announced: list[str]
) -> None:
    engine_gives(PLAYS_CAME)

    state = sync(Source(ghost=PrivateListener("the plays are private")), "rj", "ghost")

    assert state.is_failed()
    assert said(state) == "1 of 2 listeners failed: ghost: the plays are private. For the others: silver.plays 11 rows"
    assert built
    assert announced == ["delta://silver/plays"]


def test_a_wrong_key_stops_everything(sync: Sync, engine_gives: EngineGives, built: list[tuple[str, ...]]) -> None:
    engine_gives(PLAYS_CAME)

    state = sync(Source(rj=WrongKey("the key is not valid"), ana=WrongKey("the key is not valid")), "rj", "ana")

    assert state.is_failed()
    assert said(state) == "no listener was fetched: the key is not valid"
    assert built == []


def test_a_source_that_is_down_for_a_while_is_asked_again(sync: Sync, engine_gives: EngineGives) -> None:
    engine_gives(PLAYS_CAME)
    source = Source(rj=[SourceUnavailable("down"), SourceUnavailable("down")])

    assert sync(source, "rj").is_completed()
    assert len(source.calls) == 3


def test_a_private_listener_is_asked_once(sync: Sync, engine_gives: EngineGives) -> None:
    engine_gives(NOTHING_NEW)
    source = Source(ghost=PrivateListener("the plays are private"))

    sync(source, "ghost")

    assert len(source.calls) == 1


def test_a_backfill_reads_from_and_to_the_given_dates(sync: Sync, engine_gives: EngineGives) -> None:
    engine_gives(NOTHING_NEW)
    source = Source()

    sync(source, "rj", since="2024-01-31", until="2024-02-01T12:00:00+02:00")

    assert source.calls == [("rj", datetime(2024, 1, 31, tzinfo=UTC), datetime(2024, 2, 1, 10, tzinfo=UTC))]


def test_a_date_that_is_none_is_said_before_anything_is_fetched(sync: Sync, engine_gives: EngineGives) -> None:
    engine_gives(NOTHING_NEW)
    source = Source()

    state = sync(source, "rj", since="last week")

    assert state.is_failed()
    assert "since is 'last week', not a date: write it as" in said(state)
    assert source.calls == []


def test_without_fetching_only_what_has_landed_is_built(
    sync: Sync, engine_gives: EngineGives, built: list[tuple[str, ...]], announced: list[str]
) -> None:
    engine_gives(PLAYS_CAME)
    source = Source()

    state = sync(source, fetch=False)

    assert state.is_completed()
    assert source.calls == []
    assert built == [engine.PLAYS]
    assert announced == ["delta://silver/plays"]


def test_no_listener_named_anywhere_is_said(sync: Sync) -> None:
    state = sync(Source())

    assert state.is_failed()
    assert "set SEGUE_LISTENERS" in said(state)


def test_runs_and_tasks_carry_names_that_a_person_understands(
    sync: Sync, engine_gives: EngineGives, prefect_api: str
) -> None:
    engine_gives(PLAYS_CAME)

    sync(Source(), "rj", "ana", "bo")
    run = newest_run(prefect_api)

    assert run["name"] == "sync-plays 3 listeners"
    assert tasks_of(prefect_api, run, count=5) == {
        "fetch rj",
        "fetch ana",
        "fetch bo",
        "build plays",
        "announce silver.plays",
    }


def test_the_summary_adds_up_a_listeners_batches_and_shows_the_gates(
    sync: Sync, engine_gives: EngineGives, prefect_api: str
) -> None:
    engine_gives(PLAYS_CAME)

    sync(Source(ghost=PrivateListener("the plays | are private")), "rj", "ghost")
    page = newest_artifact(prefect_api, "sync-plays")

    assert "| silver.plays | 1 | 11 |" in page
    assert "| rj | 15 | 11 | 2 | 2 | no artist: 1, now playing: 1 |" in page
    assert "| silver.plays | open | 1 | 0 |" in page
    assert "- **key is unique**" in page
    assert "- **ghost**: the plays \\| are private" in page


def test_a_closed_gate_fails_the_run_in_its_own_words_and_announces_nothing(
    engine_gives: EngineGives, announced: list[str], prefect_api: str
) -> None:
    engine_gives(GateClosed("gold.track_play_count: key is unique: 2 rows twice, such as rj"))

    state = aggregate_plays(return_state=True)

    assert state.is_failed()
    assert "gold.track_play_count: key is unique: 2 rows twice, such as rj" in said(state)
    assert "2 rows twice" in newest_artifact(prefect_api, "aggregate-plays")
    assert announced == []


@pytest.mark.usefixtures("prefect_api")
@pytest.mark.parametrize(("run", "build"), [(aggregate_plays, AGGREGATE), (generate_candidates, GENERATE)])
def test_every_table_that_was_written_is_announced_once(
    run: Callable[..., State[Any]],
    build: building.Build,
    engine_gives: EngineGives,
    announced: list[str],
    built: list[tuple[str, ...]],
) -> None:
    tables = [table for step in build.steps for table in STEPS.get(step, (step,))]
    engine_gives(Report(written=tuple(Written(table, 2, 30) for table in tables)))

    state: State[Any] = run(return_state=True)

    assert state.is_completed()
    assert sorted(announced) == sorted(building.asset_key(table) for table in tables if "." in table)
    assert built == [build.steps]


def test_the_key_is_in_no_parameter_no_log_and_no_artifact(
    sync: Sync, engine_gives: EngineGives, prefect_api: str, caplog: pytest.LogCaptureFixture
) -> None:
    engine_gives(GateClosed("closed"))

    sync(Source(ghost=PrivateListener("private")), "rj", "ghost")

    told = [asked(prefect_api, what, {}) for what in ("flow_runs", "task_runs", "artifacts", "logs")]
    assert KEY not in str(told) + caplog.text
