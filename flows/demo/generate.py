"""Listening histories of any number and size, simulated: for trying Segue out, and for measuring it."""

import csv
import gzip
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import accumulate, chain, islice, pairwise
from pathlib import Path
from random import Random

from flows.demo.catalogue import Catalogue
from flows.demo.listeners import LISTENERS, Listener
from flows.demo.simulate import Play, days_before

# Who has listened for a few weeks or has stopped is no habit to repeat.
HABITS = tuple(one for one in LISTENERS if one.name not in {"pixelfern", "quiet_harbour"})
LONGEST_DAYS = 20 * 365
# The part of a habit's weeks that is there for certain: some are spent away, and chance takes of the others.
CERTAIN = 0.7
# More sessions of music than this, with the pauses between them, fill a day.
FULL_DAY = 30.0
COLUMNS = ("artist", "album", "track", "uts")
# How unequal listeners are: the middle two thirds play from half as much to twice as much as the median.
UNEQUAL = 0.7


class UnlikelyHistories(Exception):
    """More or fewer plays than so many listeners have in up to twenty years; says what to ask for."""


def history(catalogue: Catalogue, listener: Listener, count: int, *, until: date, seed: int) -> list[Play]:
    """The listener's last `count` plays before the midnight that begins `until`, oldest first.

    A longer history ends with the shorter one. Raises `UnlikelyHistories`.
    """
    days = islice(days_before(catalogue, listener, until=until, seed=seed), LONGEST_DAYS)
    newest_first = list(islice(chain.from_iterable(map(reversed, days)), count))
    if len(newest_first) < count:
        raise UnlikelyHistories(f"{count:,} plays of one listener take more than 20 years: generate more listeners")
    return newest_first[::-1]


def generated_listener(number: int) -> Listener:
    """One of any number: habits repeat, tastes do not."""
    habit = HABITS[number % len(HABITS)]
    return replace(habit, name=f"{habit.name}-{number}")


def eager(listener: Listener, count: int) -> Listener:
    """The listener, at it so much more often that so many plays lie within twenty years, if days are long enough."""
    usual = _plays_a_week(listener) * LONGEST_DAYS / 7 * CERTAIN
    more = max(1.0, count / usual)
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (
        min(sessions * more, FULL_DAY) for sessions in listener.week
    )
    return replace(listener, week=(monday, tuesday, wednesday, thursday, friday, saturday, sunday))


def shares(listeners: int, plays: int, seed: int) -> list[int]:
    """How many plays each listener has: unequal (log-normal), each at least one, together `plays`."""
    rng = Random(f"{seed}/shares")
    habits = (_plays_a_week(generated_listener(number)) for number in range(listeners))
    weights = list(accumulate(habit * rng.lognormvariate(0, UNEQUAL) for habit in habits))
    bounds = [0, *(round((plays - listeners) * so_far / weights[-1]) for so_far in weights)]
    return [1 + after - before for before, after in pairwise(bounds)]


def write_histories(
    folder: Path, catalogue: Catalogue, *, listeners: int, plays: int, until: date, seed: int
) -> Iterator[Path]:
    """Write a CSV file for each listener, and yield each path once it is whole. One listener is in memory at a time.

    The same arguments give the same bytes. Raises `UnlikelyHistories`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    width = len(str(listeners))
    for number, count in enumerate(shares(listeners, plays, seed), start=1):
        listener = eager(generated_listener(number), count)
        path = folder / f"listener-{number:0{width}}.csv.gz"
        unfinished = path.with_suffix(".unfinished")
        unfinished.write_bytes(_csv(history(catalogue, listener, count, until=until, seed=seed)))
        unfinished.replace(path)
        yield path


def _csv(heard: list[Play]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((one.song.artist.name, one.song.album.name, one.song.track.name, one.uts) for one in heard)
    return gzip.compress(text.getvalue().encode(), compresslevel=6, mtime=0)


def _plays_a_week(listener: Listener) -> float:
    return sum(listener.week) * listener.session_tracks
