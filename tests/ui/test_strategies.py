"""Every strategy as people meet it: reasons in words that follow from the facts, and what is missing."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.ui.stores import Reasoned, heard, liked, near, rare, sounding, tagged
from ui.records import Listener, Reason, instant
from ui.strategies import STRATEGIES, UnknownStrategy, filters, known, label, reason_in_words, wanting
from ui.view import plain

START, NOW = instant("2024-01-01T00:00:00Z"), instant("2025-01-01T00:00:00Z")
ADA = Listener("ada", 9, START, NOW, 366.0, 60.0, NOW, "test", 1, 1, ())


def words(reason: Reasoned, **facts: object) -> str:
    return reason_in_words(Reason(reason.strategy, 1.0, {**reason.facts, **facts}))


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (near(), "Close to Massive Attack (412 plays) and 3 more artists you play"),
        (near(match=1.0, plays=1, further=0), "Very close to Massive Attack (1 play)"),
        (near(match=0.3, plays=1204, further=1), "Near Massive Attack (1,204 plays) and 1 more artist you play"),
        (near(match=0.02, further=0), "Not far from Massive Attack (412 plays)"),
        (tagged("trip-hop"), "Your trip-hop side, no. 4 in trip-hop"),
        (tagged("trip-hop", "ambient"), "Your trip-hop and ambient side, no. 4 in trip-hop"),
        (tagged("idm", "dub", "jazz", "pop", rank=11), "Your idm, dub and jazz side"),
        (rare(), "From Mezzanine, 50 times rarer than their best known track; you played them 180 times"),
        (rare(obscurity=0.5, plays=1), "From Mezzanine, twice as rare as their best known track; you played them once"),
        (rare(obscurity=1.0), "From Mezzanine, hardly played by anyone; you played them 180 times"),
        (rare(playcount=None), "From Mezzanine, not among their top tracks; you played them 180 times"),
        (heard(12), "12 plays, last heard in March 2024"),
        (heard(1), "1 play, last heard in March 2024"),
        (liked("Tricky"), "Listeners of Tricky, like you, also play this artist"),
        (liked("Roads", "Glory Box", kind="track"), "Listeners of Roads and Glory Box, like you, also play this track"),
        (
            sounding(genre="pop"),
            "Its energy and tempo are like your music's, pop as well; nearest to Teardrop by Massive Attack",
        ),
        (sounding(), "Its energy and tempo are like your music's; nearest to Teardrop by Massive Attack"),
    ],
)
def test_a_reason_is_a_sentence_from_its_facts(reason: Reasoned, said: str) -> None:
    assert words(reason) == said


def test_a_track_that_the_top_tracks_do_not_list_is_told_as_such() -> None:
    facts = {key: value for key, value in rare().facts.items() if key != "playcount"}

    assert "not among their top tracks" in words(Reasoned("deep_cut", facts))


@pytest.mark.parametrize(
    ("reason", "wrong"),
    [
        (near(), {"seed_artist_name": ""}),
        (near(), {"seed_artist_name": None}),
        (near(), {"match": 7.3}),
        (near(), {"match": float("nan")}),
        (near(), {"match": "near"}),
        (near(), {"seed_play_count": -1}),
        (near(), {"seed_play_count": "412"}),
        (near(), {"further_seeds": True}),
        (tagged(), {"tags": []}),
        (tagged(), {"tags": "trip-hop"}),
        (tagged(), {"tags": {"tag": "trip-hop"}}),
        (tagged(), {"tags": [{"tag": " ", "rank": 1}]}),
        (rare(), {"album_name": None}),
        (rare(), {"obscurity": 0.1}),
        (rare(), {"obscurity": 1.1}),
        (rare(), {"playcount": -3}),
        (heard(), {"play_count": "12"}),
        (heard(), {"last_played_at": "2024-03-02T10:00:00"}),
        (heard(), {"last_played_at": 1709373600}),
        (liked(), {"seeds": []}),
        (liked(), {"kind": "planet"}),
        (sounding(), {"features": []}),
        (sounding(), {"nearest_track_name": ""}),
    ],
)
def test_a_wrong_fact_leaves_the_name_of_the_strategy(reason: Reasoned, wrong: Mapping[str, object]) -> None:
    assert words(reason, **wrong) == label(reason.strategy)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("facts", [{}, None, [], "facts"])
def test_missing_facts_leave_the_name_of_the_strategy(strategy: str, facts: Any) -> None:
    assert reason_in_words(Reason(strategy, 1.0, facts)) == STRATEGIES[strategy].label


@pytest.mark.parametrize(
    "hostile",
    [
        near("\u202eevil\u2067" + "L" * 300),
        tagged("\u202eevil" + "L" * 300),
        liked("\u202eevil" + "L" * 300),
        sounding("\u202eevil" + "L" * 300),
        rare("\u202eevil" + "L" * 300),
    ],
)
def test_a_hostile_name_ends_within_its_sentence(hostile: Reasoned) -> None:
    said = words(hostile)

    assert said.count("\u2067") + said.count("\u2068") == said.count("\u2069") > 0
    assert len(said) < 200
    assert "\u202e" not in plain(said)


def test_an_unknown_strategy_is_shown_by_its_name() -> None:
    assert reason_in_words(Reason("brand_new", 1.0, {})) == label("brand_new") == "Brand new"


def test_an_unknown_strategy_cannot_be_asked_for() -> None:
    assert known("deep_cut") == "deep_cut"
    with pytest.raises(
        UnknownStrategy,
        match="choose similar_artist, similar_tag, deep_cut, old_favorite, collaborative or audio_match",
    ):
        known("deep")


def test_filters_come_in_one_order_with_their_counts() -> None:
    offered = {"old_favorite": 340, "brand_new": 1, "similar_artist": 1200}

    assert [said for said, _ in filters(offered)] == [
        *("Everything", "Similar artist\u20021,200", "Old favorite\u2002340", "Brand new\u20021")
    ]


def test_what_is_missing_is_told_with_what_to_do() -> None:
    assert wanting(["similar_artist"], ADA) == [
        "Similar artists need facts about artists: `segue enrich` looks up what is missing."
    ]
    assert wanting(["deep_cut", "similar_tag"], ADA) == [
        "Similar tags and deep cuts need facts about tags and albums: `segue enrich` looks up what is missing."
    ]
    assert wanting(["old_favorite"], ADA) == [
        "Old favorites need 3 plays or more, then a silence of 42 days or so: keep listening, then run `segue sync`."
    ]
    assert wanting(["collaborative"], ADA) == [
        "Listeners like you need a community that shares artists with you: run `segue community import`."
    ]
    assert wanting(["audio_match"], ADA) == [
        "What sounds alike needs tables of how tracks sound, yours among them: run `segue features import`."
    ]
    assert wanting([], ADA) == wanting(["brand_new"], ADA) == []
