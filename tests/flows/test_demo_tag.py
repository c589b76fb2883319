"""The demo server's tag.getTopTracks answers as the real one was recorded."""

from typing import Any

from tests.flows.demo_requests import artist, ask, shape, world

RECORDED: dict[str, Any] = {
    "tracks": {
        "track": [
            {
                "name": "Chop Suey!",
                "duration": "208",
                "mbid": "",
                "url": "…",
                "streamable": {"#text": "0", "fulltrack": "0"},
                "artist": {"name": "System of a Down", "mbid": "", "url": "…"},
                "image": [{"#text": "…", "size": "small"}],
                "@attr": {"rank": "1"},
            }
        ],
        "@attr": {"tag": "metal", "page": "1", "perPage": "50", "totalPages": "3316", "total": "165756"},
    }
}

WORLD = world(
    artist("Mew", {"Frengers": {"Special": 400, "156": 1000}}, tags={"indie": 50, "Danish": 100}),
    artist("Kent", {"Isola": {"747": 450}}, tags={"indie": 100}),
    artist("Slayer", tags={"metal": 100}),
)


def page(**params: object) -> Any:
    return ask(WORLD, "tag.getTopTracks", **params)["tracks"]


def test_an_answer_has_the_recorded_shape() -> None:
    assert shape(ask(WORLD, "tag.getTopTracks", tag="indie")) == shape(RECORDED)


def test_tracks_are_ranked_by_how_common_the_tag_is_and_by_their_listeners() -> None:
    rows = page(tag="indie")["track"]

    ranked = [(row["@attr"]["rank"], row["artist"]["name"], row["name"]) for row in rows]
    assert ranked == [("1", "Mew", "156"), ("2", "Kent", "747"), ("3", "Mew", "Special")]


def test_any_case_of_a_tag_finds_it_and_is_echoed_as_it_was_asked_for() -> None:
    for tag in ("danish", "DANISH", "Danish"):
        assert [row["name"] for row in page(tag=tag)["track"]] == ["156", "Special"]
        assert page(tag=tag)["@attr"]["tag"] == tag


def test_one_track_is_an_object() -> None:
    assert page(tag="metal")["track"]["artist"]["name"] == "Slayer"


def test_a_tag_that_nobody_uses_is_an_empty_page_as_recorded() -> None:
    assert page(tag="thistagdoesntexist") == {
        "track": [],
        "@attr": {"tag": "thistagdoesntexist", "page": "1", "perPage": "50", "totalPages": "0", "total": "0"},
    }


def test_ranks_count_on_over_pages() -> None:
    second = page(tag="indie", limit=2, page=2)

    assert second["track"]["@attr"] == {"rank": "3"}
    assert second["@attr"] == {"tag": "indie", "page": "2", "perPage": "2", "totalPages": "2", "total": "3"}


def test_a_request_without_a_tag_is_a_missing_parameter() -> None:
    assert "missing a required parameter" in ask(WORLD, "tag.getTopTracks")["message"]
