"""The demo server's album.getInfo answers as the real one was recorded, in all its forms."""

from collections import Counter
from typing import Any
from xml.etree import ElementTree

import pytest

from flows.demo.catalogue import Album
from flows.demo.server import respond
from flows.demo.world import demo_world
from tests.flows.demo_requests import DAY, artist, ask, parameters, shape, world

NOT_FOUND = {"error": 6, "message": "Album not found", "links": []}
PICTURES = [{"size": "small", "#text": "…"}]
TRACK = {"name": "…", "url": "…", "streamable": {"#text": "0", "fulltrack": "0"}}
ARTIST = {"name": "…", "mbid": "", "url": "…"}
OLD_TRACK: dict[str, Any] = {**TRACK, "duration": "382", "@attr": {"rank": "1"}, "artist": ARTIST}
NEW_TRACK: dict[str, Any] = {**TRACK, "duration": 232, "@attr": {"rank": 1}, "artist": ARTIST}
WITHOUT_TRACKS: dict[str, Any] = {
    "artist": "Legião Urbana",
    "mbid": "",
    "tags": {"tag": [{"name": "rock", "url": "…"}]},
    "playcount": "9833783",
    "image": PICTURES,
    "url": "…",
    "name": "Dois",
    "listeners": "494356",
}

DEMO = demo_world(DAY, until=DAY)


@pytest.fixture(scope="module")
def answers() -> list[tuple[Album, Any]]:
    """Every other album of the demo's catalogue, with what the server says about it."""
    known = [(one, album) for one in DEMO.catalogue.artists for album in one.albums][::2]
    return [
        (album, ask(DEMO, "album.getInfo", artist=one.name, album=album.name, autocorrect=1)["album"])
        for one, album in known
    ]


def tracks(answer: Any) -> Any:
    return answer.get("tracks", {}).get("track")


def test_an_answer_has_one_of_the_recorded_shapes(answers: list[tuple[Album, Any]]) -> None:
    track_lists = [[OLD_TRACK], [NEW_TRACK], OLD_TRACK, NEW_TRACK, None, [{**NEW_TRACK, "duration": None}]]
    recorded = [shape({**WITHOUT_TRACKS, "tracks": {"track": sent}}) for sent in track_lists]
    recorded += [shape(WITHOUT_TRACKS), shape({**OLD_TRACK, "duration": None})]
    single_without_length = shape({**WITHOUT_TRACKS, "tracks": {"track": {**NEW_TRACK, "duration": None}}})

    for _, answer in answers:
        assert shape({**answer, "tags": WITHOUT_TRACKS["tags"]}) in (*recorded, single_without_length)


def test_tracks_come_as_a_list_an_object_null_or_not_at_all(answers: list[tuple[Album, Any]]) -> None:
    forms = Counter(type(tracks(answer)).__name__ if "tracks" in answer else "missing" for _, answer in answers)

    assert set(forms) == {"list", "dict", "NoneType", "missing"}
    assert forms["NoneType"] + forms["missing"] < 0.1 * len(answers)


def test_a_duration_is_a_number_a_string_or_null(answers: list[tuple[Album, Any]]) -> None:
    rows = [row for _, answer in answers for row in (tracks(answer) if isinstance(tracks(answer), list) else [])]

    assert {type(row["duration"]).__name__ for row in rows} == {"int", "str", "NoneType"}


def test_every_track_comes_in_album_order_where_tracks_come(answers: list[tuple[Album, Any]]) -> None:
    for album, answer in answers:
        if isinstance(tracks(answer), list):
            assert [row["name"] for row in tracks(answer)] == [track.name for track in album.tracks]
            assert [int(row["@attr"]["rank"]) for row in tracks(answer)] == list(range(1, len(album.tracks) + 1))


def test_counts_are_strings_of_all_plays_and_of_the_best_known_track() -> None:
    mew = world(artist("Mew", {"Frengers": {"156": 900, "Snow Brigade": 100}}))
    album = ask(mew, "album.getInfo", artist="Mew", album="Frengers")["album"]

    assert (album["playcount"], album["listeners"]) == ("1000", "90")


def test_tags_are_an_empty_string_where_there_are_none(answers: list[tuple[Album, Any]]) -> None:
    untagged = world(artist("Mew", {"Frengers": {"156": 900}}))

    assert ask(untagged, "album.getInfo", artist="Mew", album="Frengers")["album"]["tags"] == ""
    assert {type(answer["tags"]).__name__ for _, answer in answers} == {"str", "dict"}


@pytest.mark.parametrize(
    "params",
    [
        {"artist": "Mew", "album": "No Such Album"},
        {"artist": "Nobody", "album": "Frengers"},
        {"artist": "mew", "album": "Frengers"},
        {"mbid": "03c91c40-49a6-44a7-90e7-a700edf97a62"},
    ],
)
def test_an_unknown_album_is_error_6_with_the_recorded_words(params: dict[str, str]) -> None:
    assert ask(world(artist("Mew", {"Frengers": {"156": 900}})), "album.getInfo", **params) == NOT_FOUND


def test_both_names_are_corrected() -> None:
    mew = world(artist("Mew", {"Frengers": {"156": 9}}))
    found = ask(mew, "album.getInfo", artist="MEW", album="frengers", autocorrect=1)["album"]

    assert (found["artist"], found["name"]) == ("Mew", "Frengers")


def test_an_album_without_its_name_is_a_missing_parameter() -> None:
    assert "missing a required parameter" in ask(DEMO, "album.getInfo", artist="Radiohead")["message"]


def test_every_form_can_be_written_as_xml(answers: list[tuple[Album, Any]]) -> None:
    for album, answer in answers:
        asked = parameters("album.getInfo", artist=answer["artist"], album=album.name, format="xml")
        root = ElementTree.fromstring(bytes(respond(DEMO, asked).body))
        names = [track.findtext("name") for track in root.findall("album/tracks/track")]

        assert root.findtext("album/name") == album.name
        assert names in ([track.name for track in album.tracks], [None], [])
