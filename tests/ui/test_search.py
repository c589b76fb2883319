"""Search: words and beginnings of words, without case and accents; what is misspelt is guessed."""

from pathlib import Path

import pytest

from tests.ui.stores import History, Music, publish, track
from ui.store import Store

MUSIC = Music(
    artist_tags={"Björk": ["electronic"], "Sigur Rós": [], "Massive Attack": ["trip-hop"], "AC/DC": []},
    top_tracks={"Björk": ["Jóga", "Hyperballad"], "Massive Attack": ["Teardrop", "Angel"], "Sigur Rós": ["Hoppípolla"]},
)


@pytest.fixture
def store(home: Path) -> Store:
    publish(home / "served", "1", [History("ada", [track("Ágætis byrjun", "Sigur Rós")])], music=MUSIC)
    return Store(home / "served")


@pytest.mark.parametrize("text", ["bjork", "BJÖRK", "Bjö", "  bjork! "])
def test_an_artist_is_found_whatever_case_accents_and_ending(store: Store, text: str) -> None:
    assert [each.artist_name for each in store.search(text).artists] == ["Björk"]


@pytest.mark.parametrize("text", ["tear", "massive teardrop", "Teardrop Massive Attack"])
def test_a_track_is_found_by_its_own_words_and_the_artists(store: Store, text: str) -> None:
    found = store.search(text)

    assert [each.track_id for each in found.tracks] == ["teardrop|massive attack"]
    assert not found.misspelt


@pytest.mark.parametrize(
    ("text", "meant"),
    [("masive atack", "Massive Attack"), ("bjrk", "Björk"), ("sigurros", "Sigur Rós")],
)
def test_a_misspelt_artist_is_found_and_said_to_be_a_guess(store: Store, text: str, meant: str) -> None:
    found = store.search(text)

    assert found.misspelt
    assert found.artists[0].artist_name == meant


def test_the_tracks_of_a_listener_are_found_without_a_catalogue(store: Store) -> None:
    assert [each.track_name for each in store.search("agaetis").tracks or store.search("ágætis").tracks] == [
        "Ágætis byrjun"
    ]


@pytest.mark.parametrize("text", ['"', "*", "AND OR NOT", "NEAR(", "a" * 200, "\x00", "%", "xyzzy qwerty"])
def test_no_text_is_a_query_of_its_own(store: Store, text: str) -> None:
    assert store.search(text).artists == ()


def test_what_has_just_this_name_comes_first(home: Path) -> None:
    music = Music(artist_tags={"Low Roar": [], "Low": [], "Lowell": []})
    publish(home / "served", "1", [], music=music)

    assert Store(home / "served").search("low").artists[0].artist_name == "Low"
