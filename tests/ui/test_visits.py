"""What the page answers to whoever may only read, and while the app's database cannot be used."""

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.ui.stores import History, Music, publish, track
from ui.access import ADMIN, GUEST, VISITOR, Caller
from ui.importing import Imports
from ui.pages.address import Address
from ui.pages.look import Sources
from ui.settings import AppSettings
from ui.state import State, open_state
from ui.store import Store
from ui.visits import NOT_FROM_HERE, Choice, Seen, Visits

NEVER = {"do": "never", "kind": "track", "id": "teardrop|massive attack"}


@pytest.fixture
def state(home: Path) -> Iterator[State]:
    opened = open_state(home, AppSettings())
    yield opened
    opened.close()


@pytest.fixture
def visits(home: Path, state: State) -> Visits:
    publish(home / "served", "1", [History("ada", [track("Teardrop"), track("Angel")])])
    return visiting(home, state)


def visiting(home: Path, state: State) -> Visits:
    return Visits(Sources(home, Store(home / "served"), state, Imports(home, home / "uploads")))


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
EXPLORED: tuple[dict[str, str], ...] = (
    {},
    {"artist": "low"},
    {"track": f"{HOSTILE}|low".lower()},
    {"tag": HOSTILE},
    {"words": HOSTILE},
)


class Elements(HTMLParser):
    """The names of a page's elements and of their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen += [tag, *(name for name, _ in attrs)]


def choice(search: str = "?listener=ada") -> Choice:
    return Choice(search, None, None, None, Seen())


def asked_by(caller: Caller) -> Any:
    return SimpleNamespace(state=SimpleNamespace(caller=caller), headers={})


@pytest.mark.parametrize("request_", [None, asked_by(GUEST)])
def test_who_is_not_of_the_household_reads_and_changes_nothing(visits: Visits, state: State, request_: Any) -> None:
    shown = visits.opened(choice(), request_)
    answer = visits.asked(NEVER, choice(), request_)

    assert "Teardrop" in shown["next"] and 'data-do="never"' not in shown["next"]
    assert NOT_FROM_HERE in answer["toast"]
    assert state.feedback.of("ada") == ()


def test_a_listener_on_this_machine_changes_their_list(visits: Visits, state: State) -> None:
    answer = visits.asked(NEVER, choice(), asked_by(ADMIN))

    assert "Teardrop" not in answer["next"] and "Angel" in answer["next"]
    assert [given.subject.track_name for given in state.feedback.of("ada")] == ["Teardrop"]


def test_a_name_that_was_added_by_mistake_is_fetched_no_more(visits: Visits, state: State) -> None:
    state.added.add("mistyped")

    answer = visits.asked({"do": "forget"}, choice("?listener=mistyped&view=add&run=x"), asked_by(VISITOR))

    assert state.added.names() == () and answer["where"] == "?view=add"


@pytest.mark.parametrize(
    "told", [{}, {"do": "undo"}, {"do": "never", "kind": 7}, {"do": "drop", "at": "-1"}, {"do": 5}]
)
def test_what_no_button_of_the_page_says_breaks_nothing(visits: Visits, told: dict[str, Any]) -> None:
    answer = visits.asked(told, choice("?listener=ada&view=playlists&playlist=x"), asked_by(VISITOR))

    assert "toast" in answer


def test_without_its_database_the_page_shows_the_list_and_says_what_is_missing(visits: Visits, home: Path) -> None:
    for kept in home.glob("app.sqlite*"):
        kept.write_bytes(b"no database")

    shown = visits.opened(choice("?listener=ada&view=playlists"), asked_by(VISITOR))

    assert "Teardrop" in shown["next"]
    assert "cannot be read now" in shown["view"]


@pytest.mark.parametrize("asked", EXPLORED)
def test_a_hostile_name_is_text_wherever_explore_shows_it(home: Path, state: State, asked: dict[str, str]) -> None:
    music = Music({"Low": {HOSTILE: 0.5}}, {HOSTILE: [HOSTILE]}, {"Low": [HOSTILE]}, {HOSTILE: [(HOSTILE, HOSTILE)]})
    publish(home / "served", "1", [History("ada", [track(HOSTILE, "Low"), track("Angel")])], music=music)
    elements = Elements()

    shown = visiting(home, state).opened(choice(Address("ada", "explore", asked).href()), asked_by(ADMIN))["view"]
    elements.feed(shown)

    assert "&lt;script&gt;alert(1)" in shown
    assert {"script", "img", "onerror"}.isdisjoint(elements.seen)
