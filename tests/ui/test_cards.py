"""The page's pieces: names stay text, links stay links, nothing breaks on odd facts."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.ui.stores import NOW, History, Reasoned, artist, heard, liked, near, publish, rare, sounding, tagged, track
from ui.cards import listen_links, recommendation_list
from ui.empty_states import unknown_listener
from ui.pages.address import Address
from ui.records import Freshness
from ui.shell import masthead, top_artist_list
from ui.store import Store

SCRIPT = "<script>alert(1)</script>"


def shown(served: Path, *tracks: dict[str, object], total: int = 1, only: str | None = None) -> str:
    publish(served, "cards", [History("ada", tracks, [artist(SCRIPT), artist("Low")])])
    store = Store(served)
    rows = store.recommendations("ada", 10, strategy=only)
    return recommendation_list(rows, store.listener("ada"), store.strategies("ada"), total, only)


def test_a_card_says_what_and_why(served: Path) -> None:
    html = shown(served, track("Teardrop", "Massive Attack", heard(12), album="Mezzanine"))

    for said in ("Teardrop", "Massive Attack", "Mezzanine", "Old favorite", "12 plays, last heard in March 2024"):
        assert said in html


def test_above_a_list_stands_what_a_history_lacks_and_no_extra(served: Path) -> None:
    html = shown(served, track("Teardrop", "Massive Attack", heard(12)))

    assert "segue enrich" in html and "segue community import" not in html


def test_a_card_shows_when_the_track_was_heard(served: Path) -> None:
    assert "first Jul 2023" in shown(served, track("Teardrop"))


def test_a_card_tells_every_strategy_the_strongest_first(served: Path) -> None:
    row = track("Angel", "Massive Attack", rare(), near("Tricky"), tagged("trip-hop"))
    row["reasons"][1]["score_normalized"] = 2.0

    html = shown(served, row)

    badges = re.findall(r"sg-badge sg-is-(\w+)\">([^<]+)<", html)
    assert badges == [("similar_artist", "Similar artist"), ("deep_cut", "Deep cut"), ("similar_tag", "Similar tag")]
    for said in ("Close to Tricky", "50 times rarer", "Your trip-hop side"):
        assert said in html


def test_a_card_shows_few_tags(served: Path) -> None:
    html = shown(served, track("Angel", tags=("trip-hop", "downtempo", "electronic", "bristol")))

    assert "downtempo" in html and "bristol" not in html


@pytest.mark.parametrize(
    ("listeners", "said", "bars"),
    [
        (640, "little known, heard by 640", 1),
        (9_999, "little known, heard by 9.9K", 2),
        (10_000, ">heard by 10K", 3),
        (1_234_567, ">heard by 1.2M", 5),
    ],
)
def test_a_card_shows_how_known_the_track_is(served: Path, listeners: int, said: str, bars: int) -> None:
    html = shown(served, track("Angel", listeners=listeners))

    assert said in html
    assert (html.count("<i></i>"), html.count("<u></u>")) == (bars, 5 - bars)


@pytest.mark.parametrize("unknown", [None, 0])
def test_nothing_is_said_of_listeners_that_nobody_counted(served: Path, unknown: int | None) -> None:
    assert "heard by" not in shown(served, track("Angel", listeners=unknown))


@pytest.mark.parametrize("time", ["yesterday", "2024-03-02T10:00:00", None, 5])
def test_times_that_are_none_leave_the_card_without_a_thread(served: Path, time: Any) -> None:
    html = shown(served, track("Angel", "Massive Attack", heard(last=time)))

    assert "Angel" in html
    assert "sg-thread" not in html


@pytest.mark.parametrize("name", [SCRIPT, '"><img src=x onerror=alert(1)>', "<b>", "a & b", "'"])
def test_no_name_is_markup(served: Path, name: str) -> None:
    html = shown(
        served, track(name, name, Reasoned(name), near(name), tagged(name), rare(name), album=name, tags=[name])
    )

    assert "<script" not in html
    assert "<img" not in html
    assert "<b>" not in html


def test_an_unknown_strategy_does_not_break_the_list(served: Path) -> None:
    html = shown(served, track("Teardrop", "Massive Attack", Reasoned("brand_new", {"seed": "x"})))

    assert "Brand new" in html
    assert "Teardrop" in html


def test_the_heading_counts_what_is_shown_of_all(served: Path) -> None:
    assert "1 of 340" in shown(served, track("Teardrop"), total=340)


def test_an_empty_list_says_what_would_fill_it(served: Path) -> None:
    html = shown(served)

    assert "Nothing to play next yet." in html
    assert "need facts about artists, tags and albums: <code>segue enrich</code> looks up what is missing." in html
    assert "Old favorites need 3 plays or more, then a silence of 3 months or so" in html


def test_a_filter_without_rows_says_what_that_strategy_needs(served: Path) -> None:
    html = shown(served, track("Teardrop"), only="similar_artist")

    assert "No similar artists yet." in html
    assert "Similar artists need facts about artists: <code>segue enrich</code> looks up what is missing." in html
    assert "Old favorites need" not in html


def test_a_list_says_what_the_strategies_that_it_lacks_would_need(served: Path) -> None:
    html = shown(served, track("Teardrop"), track("Angel", "Massive Attack", rare()))

    assert "Similar artists and similar tags need facts about artists and tags: <code>segue enrich</code>" in html


@pytest.mark.parametrize(
    ("reasons", "only"),
    [((rare(), near(), tagged(), heard(), liked(), sounding()), None), ((heard(),), "old_favorite")],
)
def test_a_list_of_all_strategies_or_of_one_lacks_nothing(
    served: Path, reasons: tuple[Reasoned, ...], only: str | None
) -> None:
    assert "sg-note" not in shown(served, track("Angel", "Massive Attack", *reasons), only=only)


def test_links_search_for_artist_and_track_and_tell_nothing() -> None:
    html = listen_links("AC/DC & co", "Hey?")

    assert html.count('rel="noopener noreferrer"') == 4
    assert "results?search_query=AC%2FDC+%26+co+Hey%3F" in html


def test_top_artists_are_text_with_their_plays(served: Path) -> None:
    shown(served, track("Teardrop"))

    html = top_artist_list(Store(served).listener("ada"), NOW)

    assert "<script" not in html
    assert "Low" in html
    assert "100 plays, 5 days ago" in html


def test_staleness_is_told_with_its_reason() -> None:
    html = masthead(Freshness("1", NOW, "segue-2.sqlite cannot be served: <torn>"), NOW, Address("ada"))

    assert "Stale" in html
    assert "cannot be served: &lt;torn&gt;" in html


def test_whose_facts_are_stale_is_told_beside_how_fresh_the_list_is_and_leads_to_the_pipeline() -> None:
    fresh, told = Freshness("1", NOW, None), "no answer from MusicBrainz: facts are stale"

    assert f'<a class="sg-facts" href="?listener=ada&amp;view=pipeline" data-go>{told}</a>' in masthead(
        fresh, NOW, Address("ada", "listening"), told
    )
    assert "sg-facts" not in masthead(fresh, NOW, Address("ada"))


def test_an_unknown_listener_is_offered_near_names() -> None:
    html = unknown_listener("<i>ad", ("ada",))

    assert '<a href="?listener=ada" data-go>' in html
    assert "<i>" not in html
