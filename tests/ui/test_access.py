"""Who may do what: every caller, every resource, every verb."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.ui.callers import ELSEWHERE, bearer, visitor
from tests.ui.conftest import ADA, MILES
from tests.ui.stores import publish
from ui.access import ADMIN, GUEST, STRANGER, VISITOR, Caller, Kind, allowed, need
from ui.app import create_app
from ui.settings import AppSettings
from ui.state import open_state

HOUSEHOLD = "the household's own token"
REFUSALS = (401, 403)
ME, OTHER = Caller(Kind.LISTENER, "ada"), Caller(Kind.LISTENER, "miles")
CALLERS = {"stranger": STRANGER, "guest": GUEST, "visitor": VISITOR, "ada": ME, "miles": OTHER, "admin": ADMIN}
# By resource and verb: who may. Ada's data are at stake; everybody else is refused.
MATRIX = {
    ("GET", "/health/live"): "stranger guest visitor ada miles admin",
    ("GET", "/health/ready"): "stranger guest visitor ada miles admin",
    ("GET", "/openapi.json"): "stranger guest visitor ada miles admin",
    ("GET", "/"): "guest visitor admin",
    ("GET", "/theme.css"): "guest visitor admin",
    ("GET", "/hear"): "guest visitor admin",
    ("POST", "/gradio_api/queue/join"): "guest visitor admin",
    ("POST", "/gradio_api/upload"): "visitor admin",
    ("GET", "/metrics"): "guest visitor admin",
    ("GET", "/api/v1/listeners"): "guest visitor admin",
    ("POST", "/api/v1/listeners"): "admin",
    ("GET", "/api/v1/listeners/ada"): "guest visitor ada admin",
    ("HEAD", "/api/v1/listeners/ada"): "guest visitor ada admin",
    ("DELETE", "/api/v1/listeners/ada"): "ada admin",
    ("GET", "/api/v1/listeners/ADA /recommendations"): "guest visitor ada admin",
    ("GET", "/api/v1/listeners/ada/feedback"): "guest visitor ada admin",
    ("POST", "/api/v1/listeners/ada/feedback"): "ada admin",
    ("DELETE", "/api/v1/listeners/ada/feedback"): "ada admin",
    ("DELETE", "/api/v1/listeners/ada/feedback/1"): "ada admin",
    ("GET", "/api/v1/listeners/ada/alike"): "guest visitor ada admin",
    ("PUT", "/api/v1/listeners/ada/alike"): "ada admin",
    ("DELETE", "/api/v1/listeners/ada/alike"): "ada admin",
    ("GET", "/api/v1/listeners/ada/playlists"): "guest visitor ada admin",
    ("POST", "/api/v1/listeners/ada/playlists"): "ada admin",
    ("GET", "/api/v1/listeners/ada/playlists/1"): "guest visitor ada admin",
    ("PATCH", "/api/v1/listeners/ada/playlists/1"): "ada admin",
    ("PUT", "/api/v1/listeners/ada/playlists/1"): "ada admin",
    ("DELETE", "/api/v1/listeners/ada/playlists/1"): "ada admin",
    ("GET", "/api/v1/listeners/ada/playlists/1/export"): "guest visitor ada admin",
    ("POST", "/api/v1/listeners/ada/syncs"): "ada admin",
    ("GET", "/api/v1/listeners/ada/syncs/1"): "guest visitor ada admin",
    ("GET", "/api/v1/runs"): "guest visitor admin",
    ("GET", "/api/v1/stats"): "guest visitor admin",
    ("GET", "/api/v1/search"): "guest visitor ada miles admin",
    ("POST", "/api/v1/search"): "admin",
    ("GET", "/api/v2/whatever"): "guest visitor admin",
    ("POST", "/api/whatever"): "admin",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("home")
    publish(made / "served", "1", [ADA, MILES])
    return made


@pytest.fixture(scope="module")
def app(home: Path) -> FastAPI:
    return create_app(home, AppSettings(api_token=HOUSEHOLD, requests_per_minute=0))


@pytest.fixture(scope="module")
def callers(app: FastAPI, home: Path) -> Iterator[Mapping[str, TestClient]]:
    state = open_state(home, AppSettings())
    open_app = create_app(home, AppSettings(api_token=HOUSEHOLD, open_reading=True))
    yield {
        "stranger": visitor(app, ELSEWHERE),
        "guest": visitor(open_app, ELSEWHERE),
        "visitor": visitor(app),
        "ada": bearer(app, state.tokens.make("Ada"), ELSEWHERE),
        "miles": bearer(app, state.tokens.make("miles")),
        "admin": bearer(app, HOUSEHOLD, ELSEWHERE),
    }
    state.close()


@pytest.mark.parametrize(("method", "path"), MATRIX)
@pytest.mark.parametrize("caller", CALLERS)
def test_the_rules_are_those_of_the_matrix(caller: str, method: str, path: str) -> None:
    assert allowed(CALLERS[caller], *need(method, path)) == (caller in MATRIX[method, path].split())


@pytest.mark.parametrize("caller", CALLERS)
def test_the_app_keeps_to_the_matrix(callers: Mapping[str, TestClient], caller: str) -> None:
    client = callers[caller]
    let_in = {asked for asked in MATRIX if client.request(*asked).status_code not in REFUSALS}

    assert let_in == {asked for asked, who in MATRIX.items() if caller in who.split()}


def test_from_elsewhere_a_browser_is_asked_for_the_household_s_token(app: FastAPI) -> None:
    asked = visitor(app, ELSEWHERE).get("/")
    signed_in = visitor(app, ELSEWHERE).get("/?listener=ada", auth=("anybody", HOUSEHOLD))

    assert asked.status_code == 401 and asked.headers["www-authenticate"].startswith("Basic ")
    assert 'data-do="never"' in signed_in.text
    assert visitor(app, ELSEWHERE).get("/", auth=("anybody", "wrong")).headers["www-authenticate"].startswith("Basic ")


def test_from_elsewhere_without_a_household_token_the_page_says_what_to_set(home: Path) -> None:
    answer = visitor(create_app(home), ELSEWHERE).get("/")

    assert answer.status_code == 403 and "SEGUE_API_TOKEN" in answer.json()["detail"]


def test_a_page_of_another_site_changes_nothing_for_a_browser_that_signed_in(app: FastAPI) -> None:
    browser = visitor(app, ELSEWHERE)
    browser.auth = ("anybody", HOUSEHOLD)
    browser.headers["Origin"] = "https://elsewhere.example"

    assert browser.post("/gradio_api/queue/join", json={}).status_code == 403
    assert browser.delete("/api/v1/listeners/ada").status_code == 403


def test_no_documented_change_is_open_to_visitors_or_to_other_listeners(callers: Mapping[str, TestClient]) -> None:
    document: dict[str, Any] = callers["visitor"].get("/openapi.json").json()
    values = {"{username}": "ada", "{playlist_id}": "1", "{event_id}": "1"}
    for template, operations in document["paths"].items():
        path = template
        for name, value in values.items():
            path = path.replace(name, value)
        for verb in operations.keys() - {"get", "head"}:
            answers = [callers[who].request(verb, path, json={}) for who in ("stranger", "guest", "visitor", "miles")]
            assert [answer.status_code for answer in answers] == [401, 401, 401, 403], (verb, path)


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer", "Basic abc", "", "Bearer é".encode("latin-1")])
def test_a_wrong_token_opens_nothing_even_here(app: FastAPI, header: str) -> None:
    answer = visitor(app).get("/api/v1/listeners", headers={"Authorization": header})

    assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_token_opens_in_whatever_encoding_it_is_sent(home: Path, encoding: str) -> None:
    client = visitor(create_app(home, AppSettings(api_token="schlüssel")), ELSEWHERE)
    header = "Bearer schlüssel".encode(encoding)

    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={b"Authorization": header}).status_code == 200


def test_a_token_taken_back_opens_nothing(home: Path) -> None:
    app = create_app(home)
    state = open_state(home, AppSettings())
    mine = bearer(app, state.tokens.make("ada"))
    assert state.tokens.take_back("ada") >= 1

    assert mine.get("/api/v1/listeners/ada").status_code == 401
    state.close()


def test_a_name_that_points_here_from_elsewhere_reads_nothing(app: FastAPI) -> None:
    rebound = visitor(app).get("/api/v1/listeners", headers={"Host": "evil.example:7860"})

    assert rebound.status_code == 403
    assert visitor(app).get("/", headers={"Host": "evil.example:7860"}).status_code == 403
    assert visitor(app).get("/api/v1/listeners", headers={"Host": "localhost:7860"}).status_code == 200


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "http://127.0.0.1:1234", "null"])
def test_a_page_of_another_site_changes_nothing_through_the_page_here(app: FastAPI, origin: str) -> None:
    answers = [
        visitor(app).post("/gradio_api/queue/join", json={}, headers={"Origin": each}).status_code
        for each in (origin, "http://127.0.0.1")
    ]

    assert answers[0] == 403 and answers[1] != 403


def test_without_a_household_token_nobody_is_the_household(home: Path) -> None:
    assert bearer(create_app(home), "None").post("/api/v1/listeners").status_code == 401


def test_who_asks_too_often_is_told_when_to_ask_again(home: Path) -> None:
    hasty = bearer(create_app(home, replace(AppSettings(api_token=HOUSEHOLD), requests_per_minute=6)), HOUSEHOLD)
    answers = [hasty.get("/api/v1/listeners") for _ in range(11)]

    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 10


def test_another_site_is_allowed_nothing(app: FastAPI) -> None:
    answer = visitor(app).get("/api/v1/listeners", headers={"Origin": "https://elsewhere.example"})

    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_tokens_are_in_no_file_and_in_no_repr(home: Path) -> None:
    state = open_state(home, AppSettings())
    token = state.tokens.make("ada")
    state.close()

    assert not any(token.encode() in path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert "secret" not in repr(AppSettings("postgresql://u:secret@h/d", "secret", "secret"))
