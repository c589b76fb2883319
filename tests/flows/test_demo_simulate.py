"""The simulated listeners: the same from run to run, unlike each other, with something forgotten to find again."""

import math
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, pairwise

import pytest

from flows.demo.catalogue import Album, Catalogue, Song, read_catalogue
from flows.demo.listeners import (
    INDIE_FRIEND,
    LISTENERS,
    NEWCOMER,
    NIGHT_SHIFT,
    OTHER_INDIE_FRIEND,
    REPEATER,
    SILENT,
    VETERAN,
    WEEKENDER,
    Listener,
)
from flows.demo.simulate import Play, plays

ANCHOR = date(2025, 11, 21)
CATALOGUE = read_catalogue()
SECONDS_A_DAY = 86_400


def heard(listener: Listener, until: date = ANCHOR, *, since: date = date.min, seed: int = 0) -> list[Play]:
    return plays(CATALOGUE, listener, anchor=ANCHOR, until=until, since=since, seed=seed)


def facts(history: list[Play]) -> list[tuple[int, str, str]]:
    return [(play.uts, play.song.artist.name, play.song.track.name) for play in history]


def midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def days_before_anchor(play: Play) -> float:
    return (midnight(ANCHOR) - play.uts) / SECONDS_A_DAY


@pytest.fixture(scope="module")
def histories() -> dict[Listener, list[Play]]:
    return {listener: heard(listener) for listener in LISTENERS}


@pytest.mark.parametrize("listener", LISTENERS, ids=lambda listener: listener.name)
def test_the_same_seed_gives_the_same_plays(listener: Listener, histories: dict[Listener, list[Play]]) -> None:
    assert facts(heard(listener)) == facts(histories[listener])


def test_another_seed_gives_other_plays(histories: dict[Listener, list[Play]]) -> None:
    assert facts(heard(NEWCOMER, seed=1)) != facts(histories[NEWCOMER])


@pytest.mark.parametrize("listener", LISTENERS, ids=lambda listener: listener.name)
@pytest.mark.parametrize("days", [1, 40])
def test_a_history_never_changes_when_days_are_added(listener: Listener, days: int) -> None:
    before, after = facts(heard(listener)), facts(heard(listener, ANCHOR + timedelta(days=days)))

    assert after[: len(before)] == before


def test_a_part_is_the_same_as_in_the_whole(histories: dict[Listener, list[Play]]) -> None:
    whole, since = histories[NIGHT_SHIFT], ANCHOR - timedelta(days=100)

    assert facts(heard(NIGHT_SHIFT, since=since)) == facts([play for play in whole if play.uts >= midnight(since)])


@pytest.mark.parametrize("listener", LISTENERS, ids=lambda listener: listener.name)
def test_no_two_plays_overlap_and_none_is_beyond_the_end(
    listener: Listener, histories: dict[Listener, list[Play]]
) -> None:
    history = histories[listener]

    assert all(later.uts - play.uts >= 60 for play, later in pairwise(history))
    assert history[-1].uts < midnight(ANCHOR)


def test_a_history_that_ends_before_it_begins_is_empty() -> None:
    assert heard(NEWCOMER, ANCHOR - timedelta(days=30)) == []


def test_the_veteran_plays_more_than_anyone_over_three_years(histories: dict[Listener, list[Play]]) -> None:
    history = histories[VETERAN]

    assert len(history) == max(map(len, histories.values())) and 15_000 <= len(history) <= 20_000
    assert 1_085 < days_before_anchor(history[0]) <= 1_096


def test_the_newcomer_has_three_weeks(histories: dict[Listener, list[Play]]) -> None:
    assert 14 < days_before_anchor(histories[NEWCOMER][0]) <= 21
    assert len(histories[NEWCOMER]) > 100


def test_the_silent_one_stopped_ten_months_ago_and_stays_silent(histories: dict[Listener, list[Play]]) -> None:
    assert 300 < days_before_anchor(histories[SILENT][-1]) < 330
    assert facts(heard(SILENT, ANCHOR + timedelta(days=200))) == facts(histories[SILENT])


def test_the_two_friends_overlap_more_than_any_other_pair(histories: dict[Listener, list[Play]]) -> None:
    likeness = {pair: cosine(histories[pair[0]], histories[pair[1]]) for pair in combinations(LISTENERS, 2)}
    (closest, most), (_, next_most) = sorted(likeness.items(), key=lambda item: -item[1])[:2]

    assert closest == (INDIE_FRIEND, OTHER_INDIE_FRIEND) and most > 1.5 * next_most


def test_the_repeater_hears_each_track_more_often_than_anyone(histories: dict[Listener, list[Play]]) -> None:
    repeats = {listener: len(history) / len(track_counts(history)) for listener, history in histories.items()}

    assert max(repeats, key=repeats.__getitem__) == REPEATER


def test_the_night_shift_explores_most_and_at_night(histories: dict[Listener, list[Play]]) -> None:
    artists = {listener: len(artist_counts(history)) for listener, history in histories.items()}
    by_day = sum(9 <= play.uts // 3600 % 24 < 18 for play in histories[NIGHT_SHIFT])

    assert max(artists, key=artists.__getitem__) == NIGHT_SHIFT
    assert by_day < 0.02 * len(histories[NIGHT_SHIFT])


def test_the_weekender_is_quiet_from_monday_night_to_friday(histories: dict[Listener, list[Play]]) -> None:
    weekdays = Counter(datetime.fromtimestamp(play.uts, UTC).weekday() for play in histories[WEEKENDER])

    assert weekdays[1] + weekdays[2] + weekdays[3] < 0.02 * weekdays.total()


def test_well_known_artists_are_played_more_than_unknown_ones(histories: dict[Listener, list[Play]]) -> None:
    known = sorted(CATALOGUE.artists, key=lambda artist: artist.listeners)
    counts = artist_counts([play for history in histories.values() for play in history])
    half = len(known) // 2
    unpopular, popular = (sum(counts[artist.name] for artist in part) for part in (known[:half], known[half:]))

    assert popular > 1.5 * unpopular


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("listener", [one for one in LISTENERS if one is not NEWCOMER], ids=lambda one: one.name)
def test_everyone_but_the_newcomer_has_old_favourites_by_several_artists(listener: Listener, seed: int) -> None:
    forgotten = old_favourites(heard(listener, seed=seed))

    assert len(forgotten) >= 20
    assert len({artist for artist, _ in forgotten}) >= 10


@pytest.mark.parametrize("listener", LISTENERS, ids=lambda listener: listener.name)
def test_everyone_has_little_known_songs_left_to_hear_by_artists_they_love(
    listener: Listener, histories: dict[Listener, list[Play]]
) -> None:
    history = histories[listener]
    loved = [CATALOGUE.named[name] for name, _ in artist_counts(history).most_common(50)]
    cuts = [(one.name, song.track.name) for one in loved for song in one.songs if little_known(song)]

    assert len(set(cuts) - track_counts(history).keys()) >= 20


@pytest.mark.parametrize("seed", range(8))
def test_an_album_without_tracks_is_never_put_on(seed: int) -> None:
    known = CATALOGUE.artists[0]
    artist = replace(known, albums=(Album("Untitled", ()), known.albums[0]))

    assert plays(Catalogue((artist,)), NEWCOMER, anchor=ANCHOR, until=ANCHOR, seed=seed)


def test_simulating_everyone_takes_seconds_and_not_minutes() -> None:
    started = time.process_time()
    for listener in LISTENERS:
        heard(listener)

    # One to two seconds, depending on the machine.
    assert time.process_time() - started < 10


def artist_counts(history: list[Play]) -> Counter[str]:
    return Counter(play.song.artist.name for play in history)


def track_counts(history: list[Play]) -> Counter[tuple[str, str]]:
    return Counter((play.song.artist.name, play.song.track.name) for play in history)


def little_known(song: Song) -> bool:
    """At most half as many plays as the artist's most played track, as the design asks of a deep cut."""
    return song.track.playcount <= max(other.track.playcount for other in song.artist.songs) / 2


def cosine(one: list[Play], other: list[Play]) -> float:
    a, b = artist_counts(one), artist_counts(other)
    return sum(a[name] * b[name] for name in a) / math.hypot(*a.values()) / math.hypot(*b.values())


def old_favourites(history: list[Play]) -> set[tuple[str, str]]:
    """The design's formula, in plain Python, as of the anchor."""
    half_life = max((history[-1].uts - history[0].uts) / SECONDS_A_DAY / 10, 30.0)
    contributions: dict[tuple[str, str], list[float]] = {}
    for play in history:
        track = (play.song.artist.name, play.song.track.name)
        contributions.setdefault(track, []).append(math.exp(-days_before_anchor(play) / half_life))
    return {
        track
        for track, each in contributions.items()
        if len(each) >= 3 and sum(each) / len(each) < 0.5 and max(each) < 0.5
    }
