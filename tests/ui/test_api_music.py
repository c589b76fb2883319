"""The API's other reading routes: what was played, what is known of the music, what the household plays."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.ui.callers import visitor
from tests.ui.conftest import ADA
from tests.ui.stores import History, Music, played, publish, track
from ui.app import create_app

MUSIC = Music(
    similar={"Massive Attack": {"Portishead": 1.0, "Tricky": 0.6}, "AC/DC": {"Angus/Young": 0.5}},
    top_tracks={"Massive Attack": ["Teardrop", "Angel"], "Portishead": ["Roads"], "Tricky": ["Hell", "A", "B", "C"]},
    artist_tags={"Massive Attack": ["trip-hop", "electronic"]},
    tag_tracks={"trip-hop": [(f"Track {n}", "Tricky") for n in range(5)] + [("Roads", "Portishead")]},
)
PLAYED = {
    "artists.all": [played(1, "Massive Attack", 310), played(2, "Portishead", 120)],
    "artists.week": [played(1, "Portishead", 4)],
    "artists.recency": [played(1, "Portishead", 120)],
    "tracks.all": [played(1, "Massive Attack", 80, "Teardrop")],
    "months": [{"month": "2025-11", "play_count": 3}, {"month": "2026-02", "play_count": 5}],
    "hours": [{"weekday": 6, "hour": 23, "play_count": 8}],
}
GRACE = History("grace", ADA.tracks, listening=PLAYED, recent={("Teardrop", "Massive Attack"): (9, 2)})
LINUS = History("linus", [track("Roads", "Portishead")], recent={("Teardrop", "Massive Attack"): (1, 9)})


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    home = tmp_path_factory.mktemp("home")
    publish(home / "served", "1", [GRACE, LINUS], music=MUSIC)
    return visitor(create_app(home))


def got(api: TestClient, address: str, **asked: Any) -> Any:
    answer = api.get(f"/api/v1/{address}", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_tops_are_told_by_period_and_by_recency(api: TestClient) -> None:
    everything = got(api, "listeners/GRACE/top/artists")

    assert [(each["artist_name"], each["play_count"]) for each in everything["artists"]] == [
        ("Massive Attack", 310),
        ("Portishead", 120),
    ]
    assert got(api, "listeners/grace/top/artists", period="week")["artists"][0]["play_count"] == 4
    assert got(api, "listeners/grace/top/artists", order="recency")["artists"][0]["artist_id"] == "portishead"
    assert got(api, "listeners/grace/top/tracks", limit=1)["tracks"][0]["track_name"] == "Teardrop"
    assert got(api, "listeners/grace/top/tracks", period="month")["tracks"] == []


def test_activity_leaves_no_month_out(api: TestClient) -> None:
    activity = got(api, "listeners/grace/activity")

    assert [each["play_count"] for each in activity["months"]] == [3, 0, 0, 5]
    assert activity["hours"] == [{"weekday": 6, "hour": 23, "play_count": 8}]


def test_the_decay_curve_passes_through_its_own_half(api: TestClient) -> None:
    decay = got(api, "listeners/grace/decay")

    assert decay["points"][0] == {"days_ago": 0.0, "contribution": 1.0}
    nearest = min(decay["points"], key=lambda point: abs(point["days_ago"] - decay["half_gone_days"]))
    assert nearest["contribution"] == pytest.approx(0.5, abs=0.05)


def test_a_profile_says_how_fresh_it_is(api: TestClient) -> None:
    profile = got(api, "listeners/grace")

    assert profile["half_life_days"] == pytest.approx(profile["listening_span_days"] / 10)
    assert profile["freshness"] == {"version": "1", "published_at": "2026-06-01T12:00:00Z", "stale": None}


def test_similar_artists_come_nearest_first(api: TestClient) -> None:
    similar = got(api, "artists/massive attack/similar")

    assert similar["artist"]["tags"] == ["trip-hop", "electronic"]
    assert [each["artist_name"] for each in similar["similar"]] == ["Portishead", "Tricky"]


def test_ids_may_hold_slashes(api: TestClient) -> None:
    assert got(api, "artists/ac%2Fdc/similar")["similar"][0]["artist_id"] == "angus/young"
    assert got(api, "artists/ac%2Fdc")["artist_name"] == "AC/DC"


def test_similar_tracks_are_those_of_near_artists_at_most_three_each(api: TestClient) -> None:
    similar = got(api, "tracks/teardrop%7Cmassive%20attack/similar")["similar"]

    assert [each["track_name"] for each in similar] == ["Roads", "Hell", "Angel", "A", "B"]
    assert "Teardrop" not in {each["track_name"] for each in similar}


def test_genres_and_their_tracks_are_listed_at_most_three_an_artist(api: TestClient) -> None:
    assert got(api, "genres")["genres"] == [{"tag": "trip-hop", "artist_count": 1, "track_count": 6}]
    tracks = got(api, "genres/Trip-Hop/tracks")["tracks"]
    assert [each["track_name"] for each in tracks] == ["Track 0", "Track 1", "Track 2", "Roads"]
    assert len(got(api, "genres/trip-hop/tracks", per_artist=5)["tracks"]) == 6


def test_trending_counts_the_whole_household(api: TestClient) -> None:
    (track,) = got(api, "trending/tracks")["tracks"]

    assert (track["play_count"], track["play_count_before"], track["listener_count"]) == (10, 11, 2)
    (artist,) = got(api, "trending/artists", period="month")["artists"]
    assert (artist["artist_name"], artist["listener_count"]) == ("Massive Attack", 2)


def test_stats_count_what_is_served(api: TestClient) -> None:
    stats = got(api, "stats")["stats"]

    assert (stats["listeners"], stats["plays"], stats["recommendations"], stats["tags"]) == (2, 2408, 3, 1)


def test_search_answers_with_artists_and_tracks(api: TestClient) -> None:
    found = got(api, "search", q="massive")

    assert [each["artist_name"] for each in found["artists"]] == ["Massive Attack"]
    assert {each["track_name"] for each in found["tracks"]} == {"Teardrop", "Angel"}


@pytest.mark.parametrize("address", ["artists/nobody", "artists/nobody/similar", "tracks/x%7Cy", "genres/polka/tracks"])
def test_unknown_music_is_a_problem(api: TestClient, address: str) -> None:
    answer = api.get(f"/api/v1/{address}")

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "address", ["listeners/grace/top/artists?period=decade", "search?q=", "trending/tracks?limit=0", "genres?offset=-1"]
)
def test_a_bad_question_is_a_problem(api: TestClient, address: str) -> None:
    assert api.get(f"/api/v1/{address}").status_code == 422


def test_metrics_count_answers_by_route_and_never_by_listener(api: TestClient) -> None:
    api.get("/api/v1/listeners/grace/recommendations")
    api.get("/api/v1/listeners/grace/activity")

    text = api.get("/metrics").text

    for route in ("recommendations", "activity"):
        assert f'route="/api/v1/listeners/{{username}}/{route}",status="200"' in text
    assert "segue_served_listeners 2.0" in text
    assert "grace" not in text
