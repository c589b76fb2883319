"""Ready answers: the same bytes as FastAPI's own route, and never one that is no longer right."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.ui.conftest import ADA
from tests.ui.stores import History, publish, track
from tests.ui.test_store import soon
from ui.api import ready
from ui.api.asked import Asked, read
from ui.api.ready import ReadyLists
from ui.overlay import NOTHING_TOLD, Overlay
from ui.store import Store

PATH = "/api/v1/listeners/ada/recommendations"


class Telling:
    """A memory in which a listener can tell something."""

    def __init__(self) -> None:
        self.told: Overlay = NOTHING_TOLD

    def overlay(self, username: str) -> Overlay:
        return self.told

    def remember(self, username: str, track_ids: Sequence[str]) -> None:
        self.told = Overlay(shown_tracks=frozenset(track_ids))


def test_an_answer_is_made_once_and_then_kept(served: Path) -> None:
    lists = ReadyLists(Store(served), Telling())

    assert lists.answer(PATH, b"limit=1") is lists.answer(PATH, b"limit=1")


def test_a_kept_answer_gives_way_to_a_new_version(served: Path) -> None:
    store = Store(served)
    lists = ReadyLists(store, Telling())
    before = lists.answer(PATH, b"")

    publish(served, "2", [History("ada", [track("Angel")])])

    assert soon(lambda: store.freshness().version == "2")
    assert b"Angel" in lists.answer(PATH, b"").body != before.body


def test_a_kept_answer_gives_way_to_what_the_listener_says(served: Path) -> None:
    telling = Telling()
    lists = ReadyLists(Store(served), telling)
    assert b"Teardrop" in lists.answer(PATH, b"").body

    telling.told = Overlay(hidden_tracks=frozenset({"teardrop|massive attack"}))

    assert b"Teardrop" not in lists.answer(PATH, b"").body


def test_what_is_kept_stays_within_its_bounds(served: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lists = ReadyLists(Store(served), Telling())
    monkeypatch.setattr(ready, "MOST_BYTES", 3 * len(lists.answer(PATH, b"").body))

    answers = [lists.answer(PATH, f"seed={seed}".encode()) for seed in range(50)]

    assert lists.answer(PATH, b"seed=49") is answers[49]
    assert lists.answer(PATH, b"seed=0") is not answers[0]


@pytest.mark.parametrize(
    "query",
    [b"", b"limit=3&offset=2", b"strategies=deep_cut&strategies=old_favorite", b"strategies=deep_cut,old_favorite",
     b"adventurousness=0.5&exclude_seen=true", b"limit=1&limit=2", b"mode=discover&seed=4"],
)  # fmt: skip
def test_a_query_string_is_read_as_the_documented_parameters(query: bytes) -> None:
    asked = read(query)

    assert isinstance(asked, Asked)
    assert read(query).wanted() == asked.wanted()


def test_what_was_shown_is_remembered_where_that_is_asked_for(served: Path) -> None:
    telling = Telling()

    ReadyLists(Store(served), telling).made("ada", Asked(remember=True, limit=1), may_remember=True)

    assert telling.told.shown_tracks == {str(ADA.tracks[0]["track_id"])}
