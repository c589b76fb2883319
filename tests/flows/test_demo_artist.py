"""The demo server's artist.* methods answer as the real ones were recorded."""

from typing import Any
from xml.etree import ElementTree

import pytest

from flows.demo.server import respond
from flows.demo.world import World
from tests.flows.demo_requests import artist, ask, parameters, shape, world

PICTURES = [{"#text": "…/34s/star.png", "size": "small"}]
ARTIST_METHODS = ("getInfo", "getSimilar", "getTopTracks", "getTopAlbums", "getTopTags")
NOT_FOUND = {"error": 6, "message": "The artist you supplied could not be found", "links": []}
MBID = "a74b1b7f-71a5-4011-9441-d0b5e4122711"

RECORDED: dict[str, Any] = {
    "artist.getSimilar": {
        "similarartists": {
            "artist": [
                {"name": "Megadeth", "mbid": MBID, "match": "1", "url": "…", "image": PICTURES, "streamable": "0"},
            ],
            "@attr": {"artist": "Metallica"},
        }
    },
    "artist.getTopTracks": {
        "toptracks": {
            "track": [
                {
                    "name": "You Know My Name",
                    "playcount": "2053916",
                    "listeners": "335135",
                    "url": "…",
                    "streamable": "0",
                    "artist": {"name": "Chris Cornell", "mbid": MBID, "url": "…"},
                    "image": PICTURES,
                    "@attr": {"rank": "1"},
                }
            ],
            "@attr": {"artist": "Chris Cornell", "page": "1", "perPage": "50", "totalPages": "429", "total": "21406"},
        }
    },
    "artist.getTopAlbums": {
        "topalbums": {
            "album": [
                {
                    "name": "Superunknown (Deluxe Edition)",
                    "playcount": 6193259,
                    "url": "…",
                    "artist": {"name": "Soundgarden", "mbid": MBID, "url": "…"},
                    "image": PICTURES,
                }
            ],
            "@attr": {"artist": "Soundgarden", "page": "1", "perPage": "50", "totalPages": "549", "total": "27408"},
        }
    },
    "artist.getTopTags": {
        "toptags": {"tag": [{"count": 100, "name": "rock", "url": "…"}], "@attr": {"artist": "Audioslave"}}
    },
    "artist.getInfo": {
        "artist": {
            "name": "The Weeknd",
            "mbid": MBID,
            "url": "…",
            "image": PICTURES,
            "streamable": "0",
            "ontour": "0",
            "stats": {"listeners": "1688480", "playcount": "135692303"},
            "similar": {"artist": [{"name": "Drake", "url": "…", "image": PICTURES}]},
            "tags": {"tag": [{"name": "rnb", "url": "…"}]},
            "bio": {
                "links": {"link": {"#text": "", "rel": "original", "href": "…"}},
                "published": "01 Jan 1970, 00:00",
                "summary": "…",
                "content": "",
            },
        }
    },
}

RADIOHEAD = artist(
    "Radiohead",
    {"Bends": {"Just": 300, "Nude": 100}, "Live": {"Nude": 350, "Airbag": 300}},
    mbid=MBID,
    tags={"rock": 100, "british": 40},
    similar={"Sigur Rós": 1.0, "Nobody": 0.62085600},
)
SIGUR = artist("Sigur Rós", tags={"post-rock": 100}, similar={"Radiohead": 1.0})
NOBODY = artist("Nobody")
WORLD = world(RADIOHEAD, SIGUR, NOBODY)


@pytest.mark.parametrize("method", RECORDED)
def test_an_answer_has_the_recorded_shape(method: str) -> None:
    several = world(
        artist(
            "Mew",
            {"Frengers": {"156": 90, "Snow Brigade": 80}, "And": {"Special": 70}},
            mbid=MBID,
            tags={"indie": 100, "danish": 50},
            similar={"Kent": 1.0, "Nobody": 0.5},
        ),
        artist("Kent", mbid=MBID),
        NOBODY,
    )

    assert shape(ask(several, method, artist="Mew")) == shape(RECORDED[method])


@pytest.mark.parametrize("method", ARTIST_METHODS)
def test_an_unknown_artist_is_error_6_with_the_recorded_words(method: str) -> None:
    assert ask(WORLD, f"artist.{method}", artist="No Such Band", autocorrect=1) == NOT_FOUND


@pytest.mark.parametrize("method", ARTIST_METHODS)
@pytest.mark.parametrize("spelling", ["sigur rós", "SIGUR ROS", "  Sigur\u00a0Ro\u0301s ", "Sigur\u200b Rós"])
def test_a_misspelt_name_is_found_with_autocorrect_alone(method: str, spelling: str) -> None:
    found = ask(WORLD, f"artist.{method}", artist=spelling, autocorrect=1)

    assert found == ask(WORLD, f"artist.{method}", artist="Sigur Rós")
    for without in ({}, {"autocorrect": 0}):
        assert ask(WORLD, f"artist.{method}", artist=spelling, **without) == NOT_FOUND


def test_a_corrected_name_is_echoed_in_place_of_the_one_asked_for() -> None:
    assert ask(WORLD, "artist.getTopTags", artist="radiohead", autocorrect=1)["toptags"]["@attr"] == {
        "artist": "Radiohead"
    }


def test_of_names_alike_the_one_that_differs_least_is_meant() -> None:
    alike = world(artist("múm", listeners=9), artist("Mum", listeners=5), artist("MUM", listeners=7))

    names = [
        ask(alike, "artist.getInfo", artist=name, autocorrect=1)["artist"]["name"] for name in ("Mum", "MÚM", "mum")
    ]
    assert names == ["Mum", "múm", "MUM"]


def test_an_mbid_finds_an_artist_without_or_in_spite_of_a_name() -> None:
    for params in ({"mbid": MBID}, {"mbid": MBID.upper()}, {"mbid": MBID, "artist": "Nobody"}):
        assert ask(WORLD, "artist.getInfo", **params)["artist"]["name"] == "Radiohead"


def test_an_mbid_that_is_not_known_leaves_it_to_the_name() -> None:
    assert ask(WORLD, "artist.getInfo", mbid="0000", artist="Nobody")["artist"]["name"] == "Nobody"
    assert ask(WORLD, "artist.getInfo", mbid="0000") == NOT_FOUND


def test_neither_name_nor_mbid_is_a_missing_parameter() -> None:
    assert ask(WORLD, "artist.getSimilar", artist=" ")["message"].endswith("missing a required parameter")


def test_neighbours_are_matched_in_strings_relative_to_the_nearest() -> None:
    rows = ask(WORLD, "artist.getSimilar", artist="Radiohead")["similarartists"]["artist"]

    assert [(row["name"], row["match"]) for row in rows] == [("Sigur Rós", "1"), ("Nobody", "0.620856")]


def test_a_row_without_mbid_lacks_the_key() -> None:
    rows = ask(WORLD, "artist.getSimilar", artist="Radiohead")["similarartists"]["artist"]

    assert all("mbid" not in row for row in rows)
    assert "mbid" not in ask(WORLD, "artist.getInfo", artist="Nobody")["artist"]


def test_one_neighbour_is_an_object_and_none_an_empty_list() -> None:
    assert ask(WORLD, "artist.getSimilar", artist="Radiohead", limit=1)["similarartists"]["artist"]["match"] == "1"
    assert ask(WORLD, "artist.getSimilar", artist="Nobody")["similarartists"] == {
        "artist": [],
        "@attr": {"artist": "Nobody"},
    }


def test_an_artist_whom_nobody_tagged_has_empty_lists() -> None:
    assert ask(WORLD, "artist.getTopTags", artist="Nobody")["toptags"]["tag"] == []
    assert ask(WORLD, "artist.getInfo", artist="Nobody")["artist"]["tags"] == {"tag": []}


def test_a_track_on_two_albums_counts_once_where_it_is_played_most() -> None:
    rows = ask(WORLD, "artist.getTopTracks", artist="Radiohead")["toptracks"]["track"]

    assert [(row["name"], row["playcount"]) for row in rows] == [("Nude", "350"), ("Airbag", "300"), ("Just", "300")]


def test_ranks_count_on_over_pages_and_a_page_past_the_last_is_empty() -> None:
    pages = [
        ask(WORLD, "artist.getTopTracks", artist="Radiohead", limit=2, page=page)["toptracks"] for page in (1, 2, 3)
    ]

    assert pages[1]["track"]["@attr"] == {"rank": "3"}
    assert pages[2] == {
        "track": [],
        "@attr": {"artist": "Radiohead", "page": "3", "perPage": "2", "totalPages": "2", "total": "3"},
    }


def test_albums_come_by_the_plays_of_all_their_tracks() -> None:
    rows = ask(WORLD, "artist.getTopAlbums", artist="Radiohead")["topalbums"]["album"]

    assert [(row["name"], row["playcount"]) for row in rows] == [("Live", 650), ("Bends", 400)]


@pytest.mark.parametrize("method", ["artist.getTopTracks", "artist.getTopAlbums", "artist.getSimilar"])
@pytest.mark.parametrize("limit", ["0", "1001", "-1", "ten", "9" * 5000])
def test_a_limit_out_of_bounds_is_an_error(method: str, limit: str) -> None:
    assert ask(WORLD, method, artist="Radiohead", limit=limit) == {
        "message": "limit param out of bounds (1-1000)",
        "error": 6,
    }


def test_page_0_is_an_error() -> None:
    assert "page param out of bounds" in ask(WORLD, "artist.getTopTracks", artist="Radiohead", page=0)["message"]


def asked_in_xml(of: World, method: str, **params: object) -> ElementTree.Element:
    return ElementTree.fromstring(bytes(respond(of, {**parameters(method, **params), "format": "xml"}).body))


def test_without_a_format_the_same_comes_as_xml() -> None:
    root = asked_in_xml(WORLD, "artist.getTopTracks", artist="Radiohead", limit=2)

    tracks = root.findall("toptracks[@artist='Radiohead']/track")
    assert [track.get("rank") for track in tracks] == ["1", "2"]
    assert tracks[0].findtext("artist/name") == "Radiohead" and tracks[0].find("image[@size='large']") is not None


def test_equal_requests_have_equal_bytes_in_worlds_made_anew() -> None:
    asked = parameters("artist.getInfo", artist="Radiohead")

    assert bytes(respond(world(RADIOHEAD, SIGUR, NOBODY), asked).body) == bytes(respond(WORLD, asked).body)
