"""enrich-catalogue, on a real Prefect server, with an enricher that only pretends."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import prefect.events
import pytest
import requests
from prefect.client.schemas import State

from flows import enrich_catalogue, enriching
from flows.asking import AlreadyAsking
from flows.enriching import Enriched, Progress
from flows.providers import Provider
from flows.settings import Settings
from flows.sources.errors import WrongKey
from jobs.questions import ARTIST_INFO, SIMILAR_ARTISTS, Question
from jobs.report import Report, Written

KEY = "0123456789abcdef0123456789abcdef"
Run = Callable[..., State[Any]]
WRITTEN = Report(written=(Written("silver.similar_artists", 0, 400), Written("silver.tracks", 0, 90)))
FAILED = {Question(SIMILAR_ARTISTS, artist="Air"): "the service is down"}


class Enricher:
    """Tells of two rounds, then does what it was told to."""

    def __init__(self, outcome: Enriched | Exception) -> None:
        self.outcome = outcome
        self.asked: list[tuple[int, tuple[str, ...], str | None]] = []

    def __call__(
        self,
        settings: Settings,
        source: object,
        *,
        calls: int,
        listeners: Sequence[str],
        progress: Callable[[Progress], None],
    ) -> Enriched:
        self.asked.append((calls, tuple(listeners), settings.lastfm_api_key))
        progress(Progress("ask", calls // 2, calls))
        progress(Progress("build facts", calls, calls))
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    assets: list[str] = []

    def emit(event: str, resource: dict[str, str], **_: Any) -> None:
        if event == "prefect.asset.materialization.succeeded":
            assets.append(resource["prefect.resource.id"])

    monkeypatch.setattr(prefect.events, "emit_event", emit)
    return assets


@pytest.fixture
def enrich(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, prefect_api: str) -> Run:
    monkeypatch.setenv("SEGUE_HOME", str(tmp_path))
    monkeypatch.setenv("LASTFM_API_KEY", KEY)

    @contextmanager
    def source(_: Settings, listeners: Sequence[str]) -> Iterator[tuple[Provider, ...]]:
        yield ()

    def run(enricher: Enricher | Enriched | Exception, **parameters: Any) -> State[Any]:
        enricher = enricher if isinstance(enricher, Enricher) else Enricher(enricher)
        monkeypatch.setattr(enriching, "enrich", enricher)
        monkeypatch.setattr(enrich_catalogue, "catalogue_source", source)
        state: State[Any] = enrich_catalogue.enrich_catalogue(**parameters, return_state=True)
        return state

    return run


def kept(api: str, what: str, *, newest: str = "") -> Any:
    body = {"artifacts": {"key": {"any_": [newest]}}, "sort": "CREATED_DESC", "limit": 1} if newest else {}
    answer = requests.post(f"{api}/{what}/filter", json=body, timeout=30)
    answer.raise_for_status()
    return answer.json()


def test_what_came_is_announced_once_and_summed_up(enrich: Run, announced: list[str], prefect_api: str) -> None:
    rounds = WRITTEN + Report(written=(Written("silver.tracks", 0, 10),))

    state = enrich(Enriched(calls=40, answered=38, unknown=2, report=rounds))

    assert state.is_completed()
    assert sorted(announced) == ["delta://silver/similar_artists", "delta://silver/tracks"]
    assert state.message == "40 calls: 38 answered, 2 unknown; silver.similar_artists 400 rows, silver.tracks 100 rows"
    page = kept(prefect_api, "artifacts", newest="enrich-catalogue-summary")[0]["data"]
    assert "| 40 | 38 | 2 | 0 |" in page
    assert "| silver.tracks |  | 100 |" in page


def test_where_nothing_is_worth_asking_it_ends_at_once(enrich: Run, announced: list[str]) -> None:
    state = enrich(Enriched())

    assert state.is_completed()
    assert state.message == "no facts to ask for"
    assert announced == []


def test_questions_that_failed_are_counted_and_named(enrich: Run, prefect_api: str) -> None:
    state = enrich(Enriched(calls=3, answered=1, failed=FAILED, report=WRITTEN))

    assert state.is_completed()
    assert "1 failed" in str(state.message)
    page = kept(prefect_api, "artifacts", newest="enrich-catalogue-summary")[0]["data"]
    assert "- **artist.getSimilar of Air**: the service is down" in page


def test_where_all_questions_fail_the_run_fails(enrich: Run, announced: list[str]) -> None:
    state = enrich(Enriched(calls=5, failed={**FAILED, Question(ARTIST_INFO, artist="Air"): "the service is down"}))

    assert state.is_failed()
    assert str(state.message).endswith("First failure: the service is down")
    assert announced == []


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (WrongKey("the key is not valid"), "the key is not valid"),
        (AlreadyAsking("another process is fetching facts"), "another process is fetching facts"),
        (AssertionError(), "AssertionError"),
    ],
)
def test_what_stops_it_is_said_in_one_line(enrich: Run, announced: list[str], trouble: Exception, said: str) -> None:
    state = enrich(trouble)

    assert state.is_failed()
    assert state.message == said
    assert announced == []


def test_budget_and_listeners_reach_the_enricher_and_the_key_goes_nowhere(
    enrich: Run, prefect_api: str, caplog: pytest.LogCaptureFixture
) -> None:
    enricher = Enricher(Enriched())

    enrich(enricher, calls=150, listeners=[" RJ "])

    assert enricher.asked == [(150, ("rj",), None)]
    told = [kept(prefect_api, what) for what in ("flow_runs", "task_runs", "artifacts", "logs")]
    assert KEY not in str(told) + caplog.text


def test_progress_is_seen_while_it_runs(enrich: Run, prefect_api: str, caplog: pytest.LogCaptureFixture) -> None:
    enrich(Enriched(), calls=2_000)

    assert kept(prefect_api, "artifacts", newest="enrich-catalogue-progress")[0]["data"] == 100
    assert "ask: 1,000 of 2,000 calls" in caplog.text
