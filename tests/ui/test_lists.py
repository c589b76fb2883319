"""Which candidates make the list that was asked for, and in which order."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.served.facets import Candidate, packed
from jobs.strategies import STRATEGIES
from ui.lists import Facets, Wanted, chosen, counts
from ui.overlay import Overlay
from ui.told import Told

MANY = [
    Candidate(
        f"track {n}|artist {n % 20}", f"artist {n % 20}", (STRATEGIES[n % 4],), n % 7, (n * 7919) % 5000, n % 4 == 3
    )
    for n in range(200)
]


def facets(candidates: list[Candidate]) -> Facets:
    size, columns, *_ = packed(candidates, STRATEGIES)
    return Facets.read(size, columns, tuple(STRATEGIES))


PUBLISHED = facets(MANY)


def told(overlay: Overlay, candidates: list[Candidate]) -> Told:
    _, _, track_keys, artist_keys = packed(candidates, STRATEGIES)
    return Told.of(overlay, facets(candidates).artist, track_keys, artist_keys)


def picked(wanted: Wanted, overlay: Overlay | None = None) -> list[Candidate]:
    list_ = chosen(PUBLISHED, wanted, told(overlay, MANY) if overlay else None)
    return [MANY[place] for place in list_.places]


wishes = st.builds(
    Wanted,
    limit=st.integers(1, 60),
    strategies=st.lists(st.sampled_from(STRATEGIES), max_size=3).map(tuple),
    mode=st.sampled_from(["discover", "balanced", "familiar"]),
    adventurousness=st.none() | st.floats(0, 1),
    per_artist=st.integers(1, 5),
    exclude_seen=st.booleans(),
    seed=st.none() | st.integers(0, 2**32 - 1),
)


@settings(deadline=None, max_examples=60)
@given(wishes)
def test_no_list_has_more_of_an_artist_than_was_asked_for(wanted: Wanted) -> None:
    by_artist = Counter(each.artist_id for each in picked(wanted))

    assert max(by_artist.values(), default=0) <= wanted.per_artist


@settings(deadline=None, max_examples=30)
@given(wishes, st.integers(5, 60))
def test_pages_of_any_list_make_the_whole(wanted: Wanted, length: int) -> None:
    whole = chosen(PUBLISHED, Wanted(**{**vars(wanted), "limit": 1000}))

    pages = [
        chosen(PUBLISHED, Wanted(**{**vars(wanted), "limit": length, "offset": start})).places
        for start in range(0, whole.total, length)
    ]

    assert [place for page in pages for place in page] == whole.places
    assert len(whole.places) == whole.total


def test_a_plain_list_is_as_published_but_for_the_cap() -> None:
    assert picked(Wanted(limit=20)) == MANY[:20]


def test_discover_and_familiar_part_the_list_by_how_well_the_artist_is_known() -> None:
    assert all(each.artist_plays < 3 for each in picked(Wanted(mode="discover")))
    assert all(each.artist_plays >= 3 for each in picked(Wanted(mode="familiar")))


@pytest.mark.parametrize("strategies", [("deep_cut",), ("deep_cut", "old_favorite")])
def test_strategies_keep_what_any_of_them_proposes(strategies: tuple[str, ...]) -> None:
    assert {each.strategies[0] for each in picked(Wanted(strategies=strategies))} == set(strategies)


def test_the_more_adventurous_the_rarer_the_tracks() -> None:
    steps = (0.0, 0.25, 0.5, 0.75, 1.0)

    known = [sum(each.listeners or 0 for each in picked(Wanted(limit=20, adventurousness=step))) for step in steps]

    assert known == sorted(known, reverse=True)
    assert len(set(known)) == len(steps)


def test_what_was_played_or_shown_can_be_left_out() -> None:
    shown = MANY[0].track_id

    kept = picked(Wanted(exclude_seen=True), Overlay(shown_tracks=frozenset({shown})))

    assert kept and not any(each.heard or each.track_id == shown for each in kept)


def test_a_seed_shuffles_the_same_way_each_time_and_mostly_keeps_good_places_early() -> None:
    first = picked(Wanted(limit=50, per_artist=50, seed=7))

    assert first == picked(Wanted(limit=50, per_artist=50, seed=7)) != picked(Wanted(limit=50, per_artist=50, seed=8))
    assert sum(MANY.index(each) < 100 for each in first) > 25


def test_what_is_hidden_leaves_and_nothing_else_moves() -> None:
    track, artist = MANY[0].track_id, MANY[1].artist_id
    overlay = Overlay(hidden_tracks=frozenset({track, "unknown"}), hidden_artists=frozenset({artist}))

    left = [each for each in MANY if each.track_id != track and each.artist_id != artist]

    assert picked(Wanted(limit=10), overlay) == left[:10]


def test_what_is_hidden_reshuffles_nothing() -> None:
    wanted = Wanted(limit=200, per_artist=200, seed=3)
    hidden = picked(wanted)[5]

    after = picked(wanted, Overlay(hidden_tracks=frozenset({hidden.track_id})))

    assert set(after) == set(MANY) - {hidden}


def test_what_is_cooled_falls_back_and_what_is_liked_comes_up() -> None:
    overlay = Overlay(cooled_tracks={MANY[0].track_id: 0.0}, liked_artists=frozenset({MANY[19].artist_id}))

    order = picked(Wanted(limit=200, per_artist=200), overlay)

    assert order[-1] == MANY[0]
    assert order.index(MANY[19]) < 19


def test_counts_are_those_of_each_strategys_own_list() -> None:
    for strategy, count in counts(PUBLISHED).items():
        assert count == chosen(PUBLISHED, Wanted(strategies=(strategy,))).total


def test_a_listener_without_candidates_has_an_empty_list() -> None:
    assert chosen(facets([]), Wanted(seed=1, adventurousness=0.5)).places == []
