"""Times, counts and names as a person reads them."""

from datetime import timedelta

import pytest

from tests.ui.stores import NOW
from ui.view import ago, balanced, compact, isolated, joined, named, plain, span


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
    assert plain("evil\u202eexe") == plain("evil\u200fexe") == "evilexe"


def test_a_number_at_a_glance_is_never_more_than_it_is() -> None:
    assert [compact(number) for number in (0, 999, 1_000, 9_999, 34_567, 999_999, 1_234_567)] == [
        *("0", "999", "1K", "9.9K", "34K", "999K", "1.2M")
    ]


def test_a_list_is_joined_as_it_is_spoken() -> None:
    assert [joined(words, "and") for words in ((), ("a",), ("a", "b"), ("a", "b", "c"))] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_a_long_name_leaves_room_for_the_rest_of_its_sentence() -> None:
    assert named("L" * 300) == "\u2068" + "L" * 59 + "…\u2069"


@pytest.mark.parametrize("nothing", ["", " \n", "\u200b\u202e", None, 7, ["Low"]])
def test_what_cannot_be_seen_is_no_name(nothing: object) -> None:
    with pytest.raises(ValueError, match="not a name"):
        named(nothing)


def test_only_names_that_need_it_are_isolated() -> None:
    assert isolated("ada") == "ada"
    assert isolated("עדה") == "\u2068עדה\u2069"
