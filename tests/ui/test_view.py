"""Reasons, times and names as a person reads them."""

from datetime import timedelta

import pytest

from tests.ui.stores import NOW
from ui.records import Reason
from ui.view import ago, balanced, isolated, label, plain, reason_in_words, span


def old_favorite(**facts: object) -> Reason:
    return Reason("old_favorite", 1.0, {"play_count": 12, "last_played_at": "2024-03-02T10:00:00Z", **facts})


def test_an_old_favorite_is_explained_by_its_plays() -> None:
    assert reason_in_words(old_favorite()) == "12 plays, last heard in March 2024"


def test_large_and_single_counts_read_well() -> None:
    assert reason_in_words(old_favorite(play_count=1204)).startswith("1,204 plays,")
    assert reason_in_words(old_favorite(play_count=1)).startswith("1 play,")


def test_an_unknown_strategy_is_shown_by_its_name() -> None:
    assert reason_in_words(Reason("brand_new", 1.0, {})) == label("brand_new") == "Brand new"


def test_facts_that_are_missing_leave_the_strategy_name() -> None:
    assert reason_in_words(Reason("old_favorite", 1.0, {})) == "Old favorite"


@pytest.mark.parametrize(
    ("past", "said"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(days=13), "1 week ago"),
        (timedelta(days=800), "2 years ago"),
    ],
)
def test_times_are_told_from_now(past: timedelta, said: str) -> None:
    assert ago(NOW - past, NOW) == said


def test_a_history_is_told_in_one_unit() -> None:
    assert [span(20), span(400), span(1095), span(0.2)] == ["20 days", "13 months", "3 years", "1 day"]


def test_a_name_ends_every_direction_it_begins() -> None:
    assert balanced("a\u2067b") == "a\u2067b\u2069"
    assert balanced("a\u2069b") == "ab"


def test_a_name_is_one_line_without_control_characters() -> None:
    assert balanced("a\x00b\nc") == plain("a\x1bb\r\nc") == "a b c"


def test_a_name_for_the_terminal_cannot_turn_the_line_around() -> None:
    assert plain("evil\u202eexe") == "evilexe"


def test_only_names_that_need_it_are_isolated() -> None:
    assert isolated("ada") == "ada"
    assert isolated("עדה") == "\u2068עדה\u2069"
