"""The page's pieces: names stay text, links stay links, nothing breaks on odd facts."""

from pathlib import Path

import pytest

from tests.ui.stores import NOW, History, Reasoned, artist, heard, publish, track
from ui.cards import listen_links, masthead, recommendation_list, top_artist_list, unknown_listener
from ui.records import Freshness
from ui.store import Store

SCRIPT = "<script>alert(1)</script>"


def shown(served: Path, *tracks: dict[str, object], total: int = 1) -> str:
    publish(served, "cards", [History("ada", tracks, [artist(SCRIPT), artist("Low")])])
    store = Store(served)
    return recommendation_list(store.recommendations("ada", 10), total, store.listener("ada"))


def test_a_card_says_what_and_why(served: Path) -> None:
    html = shown(served, track("Teardrop", "Massive Attack", heard(12), album="Mezzanine"))

    for said in ("Teardrop", "Massive Attack", "Mezzanine", "Old favorite", "12 plays, last heard in March 2024"):
        assert said in html


def test_a_card_shows_when_the_track_was_heard(served: Path) -> None:
    assert "first Jul 2023" in shown(served, track("Teardrop"))


@pytest.mark.parametrize("name", [SCRIPT, '"><img src=x onerror=alert(1)>', "<b>", "a & b", "'"])
def test_no_name_is_markup(served: Path, name: str) -> None:
    html = shown(served, track(name, name, Reasoned(name), album=name))

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
    assert "Nothing to bring back yet" in shown(served)


def test_links_search_for_artist_and_track_and_tell_nothing(served: Path) -> None:
    publish(served, "links", [History("ada", [track("Hey?", "AC/DC & co")])])

    html = listen_links(Store(served).recommendations("ada", 1)[0])

    assert html.count('rel="noopener noreferrer"') == 4
    assert "results?search_query=AC%2FDC%20%26%20co%20Hey%3F" in html


def test_top_artists_are_text_with_their_plays(served: Path) -> None:
    shown(served, track("Teardrop"))

    html = top_artist_list(Store(served).listener("ada"), NOW)

    assert "<script" not in html
    assert "Low" in html
    assert "100 plays, 5 days ago" in html


def test_staleness_is_told_with_its_reason() -> None:
    html = masthead(Freshness("1", NOW, "segue-2.sqlite cannot be served: <torn>"), NOW)

    assert "Stale" in html
    assert "cannot be served: &lt;torn&gt;" in html


def test_an_unknown_listener_is_offered_near_names() -> None:
    html = unknown_listener("<i>ad", ("ada",))

    assert '<a href="?listener=ada">' in html
    assert "<i>" not in html
