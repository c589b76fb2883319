"""How mixes are made of the strategies' lists, and how the tables of leads are."""

import pytest

from benchmarks.constants import AS_IT_IS, Mix, tables

FIRST, SECOND, THIRD = (60 / (59 + rank) for rank in (1, 2, 3))
LISTS = {
    "similar_artist": {"ann": [("roads", FIRST), ("angel", SECOND)]},
    "deep_cut": {"ann": [("mysterons", FIRST), ("angel", SECOND), ("numb", THIRD)]},
}


@pytest.mark.parametrize(
    ("mix", "expected"),
    [
        (Mix("largest score, more strategies first, then by name"), ["mysterons", "roads", "angel", "numb"]),
        (Mix("sum", combine=sum), ["angel", "mysterons", "roads", "numb"]),
        (Mix("sum that falls fast", combine=sum, rank_constant=1.0), ["angel", "mysterons", "roads", "numb"]),
        (Mix("one weighs more", {"similar_artist": 1.25}), ["roads", "angel", "mysterons", "numb"]),
        (Mix("without one", {"deep_cut": 0.0}), ["roads", "angel"]),
    ],
    ids=lambda one: one.name if isinstance(one, Mix) else "",
)
def test_a_list_is_mixed_of_the_strategies_lists(mix: Mix, expected: list[str]) -> None:
    assert mix.mixed(LISTS, "ann") == expected
    assert mix.mixed(LISTS, "bob") == []


def test_the_earlier_half_of_each_listeners_cuts_tunes_and_the_later_judges() -> None:
    ships = {"ann": [0.1, 0.2, 0.3], "bob": [0.5]}
    other = {"ann": [0.2, 0.2, 0.3], "bob": [0.4]}
    printed = [*tables({"new_tracks": {AS_IT_IS: ships, "other": other, "the same": dict(ships)}})]

    assert [line.split("|")[1].strip() for line in printed[1:]] == [AS_IT_IS, "other"]
    assert "| 0.1000 (0.1000 to 0.1000) | 0.3750 (" in printed[1]
    assert "| +0.1000 (+0.1000 to +0.1000) | -0.0500 (-0.1000 to +0.0000) |" in printed[2]


def test_where_nobody_has_two_cuts_nothing_is_tuned() -> None:
    (_, row) = tables({"repeats": {AS_IT_IS: {"ann": [0.5]}}})

    assert row == f"| {AS_IT_IS} | no listener has two cuts | 0.5000 (0.5000 to 0.5000) |"
