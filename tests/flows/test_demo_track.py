"""The demo server's track.* methods answer as the real ones were recorded."""

from typing import Any

import pytest

from flows.demo.world import World, demo_world
from tests.flows.demo_requests import DAY, artist, ask, shape, world

PICTURES = [{"#text": "…", "size": "small"}]
TRACK: dict[str, Any] = {
    "name": "One Step Closer",
    "url": "…",
    "duration": "157000",
    "streamable": {"#text": "0", "fulltrack": "0"},
    "listeners": "1315650",
    "playcount": "11022708",
    "artist": {"name": "Linkin Park", "url": "…"},
    "toptags": {"tag": [{"name": "Nu Metal", "url": "…"}]},
}
ALBUM: dict[str, Any] = {"artist": "Linkin Park", "title": "Road To Revolution", "url": "…", "image": PICTURES}
RECORDED = [TRACK, {**TRACK, "album": ALBUM}, {**TRACK, "album": {**ALBUM, "@attr": {"position": "1"}}}]

DEMO = demo_world(DAY, until=DAY)
ASKED = [(one.name, song.track.name) for one in DEMO.catalogue.artists[::20] for song in one.songs]
MEW = world(artist("Mew", {"Frengers": {"Snow Brigade": 900, "156": 80}}, mbid="m-1", tags={"indie": 100}))


@pytest.fixture(scope="module")
def described() -> list[Any]:
    return [info(DEMO, artist=name, track=track) for name, track in ASKED]


@pytest.fixture(scope="module")
def tagged() -> list[Any]:
    return [ask(DEMO, "track.getTopTags", artist=name, track=track)["toptags"] for name, track in ASKED]


def info(of: World, **params: object) -> Any:
    return ask(of, "track.getInfo", **params)["track"]


def test_an_answer_has_one_of_the_recorded_shapes(described: list[Any]) -> None:
    for answer in described:
        without_ids = {**answer, "artist": {"name": answer["artist"]["name"], "url": "…"}}
        assert shape({**without_ids, "toptags": TRACK["toptags"]}) in [shape(recorded) for recorded in RECORDED]


def test_some_tracks_have_no_album_no_position_or_no_known_length(described: list[Any]) -> None:
    assert any("album" not in answer for answer in described)
    assert any("@attr" not in answer["album"] for answer in described if "album" in answer)
    assert any(answer["duration"] == "0" for answer in described)


def test_a_duration_is_in_milliseconds(described: list[Any]) -> None:
    assert all(120_000 <= int(answer["duration"]) < 360_000 for answer in described if answer["duration"] != "0")


def test_a_track_knows_its_counts_and_its_place() -> None:
    track = info(MEW, artist="mew", track="SNOW BRIGADE", autocorrect=1)

    assert (track["name"], track["listeners"], track["playcount"]) == ("Snow Brigade", "90", "900")
    assert track["artist"] == {"name": "Mew", "mbid": "m-1", "url": "https://www.last.fm/music/Mew"}


def test_a_track_that_does_not_exist_is_described_all_the_same() -> None:
    assert info(MEW, artist="Fake Artist", track="Fake Track") == {
        "name": "Fake Track",
        "url": "https://www.last.fm/music/Fake+Artist/_/Fake+Track",
        "duration": "0",
        "streamable": {"#text": "0", "fulltrack": "0"},
        "listeners": "0",
        "playcount": "0",
        "artist": {"name": "Fake Artist", "url": "https://www.last.fm/music/Fake+Artist"},
        "toptags": {"tag": []},
    }


def test_a_made_up_track_of_a_known_artist_has_the_artists_spelling() -> None:
    track = info(MEW, artist="MEW", track="Comforting Sounds", autocorrect=1)

    assert (track["name"], track["artist"]["name"], track["playcount"]) == ("Comforting Sounds", "Mew", "0")


def test_a_tracks_tags_are_some_of_its_artists_with_counts_as_numbers(tagged: list[Any]) -> None:
    carried = {one.name: {tag.name for tag in one.tags} for one in DEMO.catalogue.artists}

    for (name, track), answer in zip(ASKED, tagged, strict=True):
        rows = answer["tag"] if isinstance(answer["tag"], list) else [answer["tag"]]
        assert answer["@attr"] == {"artist": name, "track": track}
        assert {row["name"] for row in rows} <= carried[name]
        assert [row["count"] for row in rows][:1] in ([100], [])


def test_about_a_quarter_of_all_tracks_have_no_tags_of_their_own(tagged: list[Any]) -> None:
    untagged = sum(answer["tag"] == [] for answer in tagged)

    assert 0.15 < untagged / len(tagged) < 0.4


def test_both_methods_tell_of_the_same_tags(described: list[Any], tagged: list[Any]) -> None:
    for answer, info_answer in zip(tagged, described, strict=True):
        own, shown = ([one] if isinstance(one, dict) else one for one in (answer["tag"], info_answer["toptags"]["tag"]))
        assert [tag["name"] for tag in own][:5] == [tag["name"] for tag in shown]


def test_an_artists_track_that_nobody_heard_of_has_no_tags() -> None:
    assert ask(MEW, "track.getTopTags", artist="Mew", track="Hells Bells") == {
        "toptags": {"tag": [], "@attr": {"artist": "Mew", "track": "Hells Bells"}}
    }


def test_tags_of_an_unknown_artists_track_are_error_6() -> None:
    for params in ({"artist": "Nobody", "track": "156"}, {"mbid": "30cb03f3-bd95-43b0-9d41-6d75e13cd353"}):
        assert ask(MEW, "track.getTopTags", **params) == {"error": 6, "message": "Track not found", "links": []}


def test_a_track_without_its_name_is_a_missing_parameter() -> None:
    for method in ("track.getInfo", "track.getTopTags"):
        assert "missing a required parameter" in ask(MEW, method, artist="Mew")["message"]
        assert "missing a required parameter" in ask(MEW, method, track="156")["message"]
