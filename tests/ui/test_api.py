"""The API: lists as JSON, every error as a problem."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.ui.callers import visitor
from tests.ui.conftest import ADA, MILES
from tests.ui.stores import History, publish, publish_corrupt, track
from ui.app import create_app
from ui.strategies import STRATEGIES


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """One app for all tests that publish nothing."""
    home = tmp_path_factory.mktemp("home")
    publish(home / "served", "1", [ADA, MILES])
    return visitor(create_app(home))


def problem(answer: Any, status: int) -> dict[str, object]:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    content: dict[str, object] = answer.json()
    assert content["status"] == status
    return content


def test_recommendations_are_the_stored_rows(api: TestClient) -> None:
    content = api.get("/api/v1/listeners/ADA/recommendations").json()

    assert content["username"] == "ada"
    assert content["count"] == 2
    assert content["recommendations"] == ADA.tracks


def test_recommendations_can_be_limited_and_filtered(api: TestClient) -> None:
    assert api.get("/api/v1/listeners/ada/recommendations?limit=1").json()["count"] == 1
    assert api.get("/api/v1/listeners/ada/recommendations?strategy=deep_cut").json()["recommendations"] == []


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "strategy=%3Cb%3E"])
def test_a_bad_question_is_a_problem_that_names_the_field(api: TestClient, query: str) -> None:
    answer = api.get(f"/api/v1/listeners/ada/recommendations?{query}")

    assert query.partition("=")[0] in str(problem(answer, 422)["detail"])


def test_an_unknown_strategy_is_a_problem_that_lists_the_known_ones(api: TestClient) -> None:
    answer = api.get("/api/v1/listeners/ada/recommendations?strategy=deep")

    said = (
        "no strategy 'deep': choose similar_artist, similar_tag, deep_cut, old_favorite, collaborative or audio_match"
    )
    assert problem(answer, 422)["detail"] == said


@pytest.mark.parametrize(
    "query",
    ["mode=brave", "adventurousness=1.01", "adventurousness=nan", "per_artist=0", "seed=-1", "offset=-1", "lmit=5"],
)
def test_a_wish_that_cannot_be_met_is_a_problem_that_names_it(api: TestClient, query: str) -> None:
    answer = api.get(f"/api/v1/listeners/ada/recommendations?{query}")

    assert query.partition("=")[0] in str(problem(answer, 422)["detail"])


def test_what_is_at_hand_already_is_not_sent_again(api: TestClient) -> None:
    address = "/api/v1/listeners/ada/recommendations?limit=1"
    etag = api.get(address).headers["etag"]

    again = api.get(address, headers={"If-None-Match": etag})

    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert api.get(f"{address}&seed=1", headers={"If-None-Match": etag}).status_code == 200


def test_remembering_what_was_shown_needs_a_token(api: TestClient) -> None:
    problem(api.get("/api/v1/listeners/ada/recommendations?remember=true"), 401)


def test_a_list_says_how_long_the_whole_is(api: TestClient) -> None:
    content = api.get("/api/v1/listeners/ada/recommendations?limit=1&offset=1").json()

    assert (content["count"], content["total"]) == (1, 2)
    assert content["recommendations"][0]["track_name"] == "Roads"


def test_listeners_and_profiles_are_listed(api: TestClient) -> None:
    assert [each["username"] for each in api.get("/api/v1/listeners").json()["listeners"]] == ["ada", "miles"]
    profile = api.get("/api/v1/listeners/ada").json()
    assert profile["play_count"] == 1204
    assert profile["top_artists"][0]["artist_name"] == "Massive Attack"


@pytest.mark.parametrize("rest", ["", "/recommendations"])
def test_an_unknown_listener_is_a_problem_with_near_names(api: TestClient, rest: str) -> None:
    assert problem(api.get(f"/api/v1/listeners/adda{rest}"), 404)["near"] == ["ada"]


def test_an_unknown_address_is_a_problem(api: TestClient) -> None:
    problem(api.get("/api/v1/nothing"), 404)


def test_another_method_is_a_problem_that_names_the_right_one(api: TestClient) -> None:
    answer = api.post("/health/live")

    problem(answer, 405)
    assert answer.headers["allow"] == "GET"


def test_health_tells_the_version(api: TestClient) -> None:
    for address in ("/health", "/health/ready"):
        assert api.get(address).json()["version"] == "1"


def test_an_app_without_a_store_lives_but_is_not_ready(home: Path) -> None:
    api = visitor(create_app(home))

    assert api.get("/health/live").status_code == 200
    problem(api.get("/health/ready"), 503)
    problem(api.get("/api/v1/listeners"), 503)


def test_a_stale_list_is_marked(home: Path, served: Path) -> None:
    publish_corrupt(served, "2")
    api = visitor(create_app(home))

    assert api.get("/health").json()["status"] == "stale"
    assert "segue-2.sqlite" in api.get("/api/v1/listeners/ada/recommendations").json()["stale"]


def test_names_in_an_address_may_be_anything(home: Path) -> None:
    publish(home / "served", "1", [History("<b>é%", [track("x")])])
    api = visitor(create_app(home))

    assert api.get("/api/v1/listeners/%3Cb%3E%C3%89%25/recommendations").json()["count"] == 1


def test_the_documented_answers_are_typed(api: TestClient) -> None:
    document = api.get("/openapi.json").json()

    answers = document["paths"]["/api/v1/listeners/{username}/recommendations"]["get"]["responses"]
    assert answers["200"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Recommendations"}
    assert "application/problem+json" in answers["404"]["content"]


def test_the_strategies_are_documented(api: TestClient) -> None:
    document = api.get("/openapi.json").json()

    asked = document["paths"]["/api/v1/listeners/{username}/recommendations"]["get"]["parameters"]
    (strategies,) = (each for each in asked if each["name"] == "strategies")
    assert strategies["schema"]["items"]["enum"] == list(STRATEGIES)
