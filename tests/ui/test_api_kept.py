"""The API over what the app keeps: said, kept and taken along through HTTP."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tests.ui.callers import bearer
from tests.ui.conftest import ADA, MILES
from tests.ui.stores import publish
from ui.app import create_app
from ui.settings import AppSettings

FEEDBACK = "/api/v1/listeners/ada/feedback"
PLAYLISTS = "/api/v1/listeners/ada/playlists"
TEARDROP = "teardrop|massive attack"


@pytest.fixture(scope="module")
def household(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """One app for all tests."""
    home = tmp_path_factory.mktemp("home")
    publish(home / "served", "1", [ADA, MILES])
    with bearer(create_app(home, AppSettings(api_token="t", requests_per_minute=0)), "t") as client:
        yield client


@pytest.fixture
def api(household: TestClient) -> TestClient:
    """The app with nothing kept of what tests before did."""
    assert household.delete(FEEDBACK).status_code == 200
    for kept in household.get(PLAYLISTS).json()["playlists"]:
        assert household.delete(f"{PLAYLISTS}/{kept['playlist_id']}").status_code == 204
    return household


def listed(api: TestClient, username: str = "ada") -> list[str]:
    answer = api.get(f"/api/v1/listeners/{username}/recommendations").json()
    return [track["track_id"] for track in answer["recommendations"]]


def test_what_is_not_wanted_is_gone_with_the_next_request_and_back_when_undone(api: TestClient) -> None:
    before = listed(api)
    said = api.post(FEEDBACK, json={"verdict": "never", "subject": "track", "id": TEARDROP}).json()
    assert listed(api) == [track for track in before if track != TEARDROP]

    assert api.delete(f"{FEEDBACK}/{said['event_id']}").json()["verdict"] == "never"
    assert listed(api) == before
    assert api.delete(f"{FEEDBACK}/{said['event_id']}").status_code == 404


def test_feedback_says_what_is_in_force_and_until_when(api: TestClient) -> None:
    api.post(FEEDBACK, json={"verdict": "not_now", "subject": "artist", "id": "portishead"})

    (said,) = api.get(FEEDBACK).json()["feedback"]
    assert said["artist_name"] == "portishead" and said["expires_at"] > said["given_at"]
    assert api.delete(FEEDBACK).json() == {"taken_back": 1}
    assert api.get(FEEDBACK).json()["feedback"] == []


def test_feedback_of_nobody_is_a_problem(api: TestClient) -> None:
    body = {"verdict": "like", "subject": "track", "id": TEARDROP}

    assert api.post("/api/v1/listeners/adda/feedback", json=body).json()["near"] == ["ada"]
    assert api.post(FEEDBACK, json={**body, "verdict": "hate"}).status_code == 422


def test_a_list_of_recommendations_is_kept_reordered_and_taken_along(api: TestClient) -> None:
    made = api.post(PLAYLISTS, json={"name": "Night", "recommendations": {"limit": 2}})
    assert made.status_code == 201 and len(made.json()["tracks"]) == 2
    path = f"{PLAYLISTS}/{made.json()['playlist_id']}"

    turned = api.patch(path, json={"name": "Day", "order": [1, 0]}).json()
    assert turned["name"] == "Day" and turned["tracks"] == made.json()["tracks"][::-1]

    file = api.get(f"{path}/export?format=xspf")
    assert file.headers["content-type"] == "application/xspf+xml"
    assert file.headers["content-disposition"] == 'attachment; filename="day.xspf"'
    assert api.delete(path).status_code == 204
    assert api.get(path).status_code == 404


def test_a_change_that_cannot_be_is_a_conflict_and_changes_nothing(api: TestClient) -> None:
    made = api.post(PLAYLISTS, json={"name": "Night", "recommendations": {}}).json()
    path = f"{PLAYLISTS}/{made['playlist_id']}"

    assert api.patch(path, json={"name": "Day", "remove": 99}).status_code == 409
    assert api.get(path).json() == made


def test_recommendations_are_taken_along_as_they_are_shown(api: TestClient) -> None:
    api.post(FEEDBACK, json={"verdict": "never", "subject": "track", "id": TEARDROP})

    file = api.get("/api/v1/listeners/ada/recommendations/export?format=json").json()
    assert [track["track_id"] for track in file["tracks"]] == listed(api)


def test_where_no_prefect_server_answers_nobody_is_added(api: TestClient) -> None:
    answer = api.post("/api/v1/listeners", json={"username": "rj"})

    assert answer.status_code == 503 and "segue up" in answer.json()["detail"]
    assert answer.headers["retry-after"] == "5"
    assert api.post("/api/v1/listeners/rj/syncs").status_code == 404


@pytest.mark.parametrize(
    "path", ["listeners/ada/top/tracks", "listeners/ada/recommendations", "trending/tracks", "search"]
)
@pytest.mark.parametrize("kind", ["m3u8", "xspf", "jspf", "csv", "json"])
def test_every_list_can_be_taken_along_in_every_format(api: TestClient, path: str, kind: str) -> None:
    query = {"format": kind, **({"q": "teardrop"} if path == "search" else {})}
    file = api.get(f"/api/v1/{path}/export", params=query)

    assert file.status_code == 200 and file.headers["content-disposition"].endswith(f'.{kind}"')
