"""Simulated listening: the same seed, listener and day always give the same plays."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from flows.demo.catalogue import Artist, Catalogue, Song
from flows.demo.listeners import HISTORY_DAYS, Listener
from flows.demo.taste import Rotation, Taste

DAY = 86_400
HOUR = 3_600
PAUSE = 15 * 60
"""The least silence between two sessions."""

WEEKS_AWAY = 0.05
"""The share of weeks in which a listener plays nothing: holidays, illness, a broken phone."""

SKIPPED = 0.06
"""The share of tracks that are left before the end; Last.fm counts a play from the half on."""

LONGEST_SESSION = 40


@dataclass(frozen=True, slots=True)
class Play:
    """A song that was played, and the second at which it began."""

    uts: int
    song: Song


def first_day(listener: Listener, anchor: date) -> date:
    return anchor - timedelta(days=min(listener.begins, HISTORY_DAYS))


def plays(
    catalogue: Catalogue, listener: Listener, *, anchor: date, until: date, since: date = date.min, seed: int = 0
) -> list[Play]:
    """The listener's plays from `since` to the midnight that begins `until`, oldest first.

    A day's plays do not depend on `until` or `since`, so a longer history begins with the shorter one.
    """
    begins = max(since, first_day(listener, anchor))
    ends = until if listener.ends is None else min(until, anchor - timedelta(days=listener.ends))
    taste = Taste(catalogue, listener, seed)
    days = range(begins.toordinal() - 1, ends.toordinal())
    heard = (play for day in days for play in _day(taste, listener, seed, date.fromordinal(day)))
    return [play for play in heard if _midnight(begins) <= play.uts < _midnight(ends)]


def days_before(catalogue: Catalogue, listener: Listener, *, until: date, seed: int = 0) -> Iterator[list[Play]]:
    """The plays of each of the listener's days, latest first, back to year 1; only those before `until`'s midnight."""
    taste = Taste(catalogue, listener, seed)
    for day in range(until.toordinal() - 1, 0, -1):
        heard = _day(taste, listener, seed, date.fromordinal(day))
        yield [play for play in heard if play.uts < _midnight(until)]


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _day(taste: Taste, listener: Listener, seed: int, day: date) -> Iterator[Play]:
    """One listener's day, from the middle of one night to that of the next."""
    rng = Random(f"{seed}/{listener.name}/day/{day.isoformat()}")
    opens = _midnight(day) + listener.day_starts * HOUR
    rotation = taste.rotation(day.toordinal() // listener.phase_days)
    clock = opens
    for start in _starts(listener, seed, day, rng):
        clock = max(clock + PAUSE, opens + start)
        for song in _session(taste, rotation, listener, rng):
            if clock >= opens + DAY - PAUSE:
                return
            yield Play(clock, song)
            clock += _seconds(song, rng)


def _starts(listener: Listener, seed: int, day: date, rng: Random) -> list[int]:
    week = day.isocalendar()
    if Random(f"{seed}/{listener.name}/week/{week.year}/{week.week}").random() < WEEKS_AWAY:
        return []
    expected = listener.week[day.weekday()]
    sessions = int(expected * rng.uniform(0.5, 1.5) + rng.random())
    hours = ((rng.choice(listener.hours) - listener.day_starts) % 24 for _ in range(sessions))
    return sorted(hour * HOUR + rng.randrange(HOUR) for hour in hours)


def _session(taste: Taste, rotation: Rotation, listener: Listener, rng: Random) -> Iterator[Song]:
    length = min(LONGEST_SESSION, 2 + int(rng.expovariate(1 / listener.session_tracks)))
    mood = rng.random()
    if mood < listener.album_share:
        return _records(taste, rotation, length, rng)
    if mood < listener.album_share + listener.explore_share:
        return _radio(taste, rotation.pick(rng).artist, length, rng)
    return _shuffle(rotation, length, rng)


def _records(taste: Taste, rotation: Rotation, length: int, rng: Random) -> Iterator[Song]:
    """Whole albums in order, as far as the listener has them, one favourite after the other."""
    while length > 0:
        songs = taste.owned(rotation.pick(rng).artist)
        yield from songs[:length]
        length -= len(songs)


def _shuffle(rotation: Rotation, length: int, rng: Random) -> Iterator[Song]:
    for _ in range(length):
        yield rng.choice(rotation.pick(rng).songs)


def _radio(taste: Taste, artist: Artist, length: int, rng: Random) -> Iterator[Song]:
    """From a favourite on to similar artists, with each artist's best known songs far more often."""
    for _ in range(length):
        yield rng.choices(artist.songs, [(song.track.playcount + 1) ** 2 for song in artist.songs])[0]
        artist = taste.neighbour(artist, rng)


def _seconds(song: Song, rng: Random) -> int:
    """A track's whole length, or a little over half of it."""
    length = song.track.seconds
    return length // 2 + 5 if rng.random() < SKIPPED else length + rng.randrange(4)
