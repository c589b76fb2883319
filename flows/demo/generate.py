"""Simulated listening histories of any number and size, for trying Segue out and for measuring it."""

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

# Without the newcomer and the listener who stopped: their habits are not worth repeating.
HABITS = tuple(one for one in LISTENERS if one.name not in {"pixelfern", "quiet_harbour"})
LONGEST_DAYS = 20 * 365
# The share of a habit's plays that is certain: some weeks are spent away, and the others vary at random.
CERTAIN = 0.7
# More sessions of music than this, with the pauses between them, fill a day.
FULL_DAY = 30.0
COLUMNS = ("artist", "album", "track", "uts")
# Sigma of the log-normal distribution: the middle two thirds play from half to twice as much as the median.
UNEQUAL = 0.7


class UnlikelyHistories(Exception):
    """More or fewer plays than these listeners can have in twenty years; the message says what to ask for."""


def history(catalogue: Catalogue, listener: Listener, count: int, *, until: date, seed: int) -> list[Play]:
    """The listener's last `count` plays before the midnight that begins `until`, oldest first.

    A shorter history is the end of a longer one. Raises `UnlikelyHistories`.
    """
    days = islice(days_before(catalogue, listener, until=until, seed=seed), LONGEST_DAYS)
    newest_first = list(islice(chain.from_iterable(map(reversed, days)), count))
    if len(newest_first) < count:
        raise UnlikelyHistories(
            f"{count:,} plays for one listener would span more than 20 years: generate more listeners"
        )
    return newest_first[::-1]


def generated_listener(number: int) -> Listener:
    """The listener of this number: habits repeat, tastes do not."""
    habit = HABITS[number % len(HABITS)]
    return replace(habit, name=f"{habit.name}-{number}")


def eager(listener: Listener, count: int) -> Listener:
    """The listener with enough sessions for `count` plays within twenty years, up to what fits into a day."""
    usual = _plays_a_week(listener) * LONGEST_DAYS / 7 * CERTAIN
    more = max(1.0, count / usual)
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = (
        min(sessions * more, FULL_DAY) for sessions in listener.week
    )
    return replace(listener, week=(monday, tuesday, wednesday, thursday, friday, saturday, sunday))


def shares(listeners: int, plays: int, seed: int) -> list[int]:
    """Each listener's number of plays: unequal (log-normal), at least one each, and `plays` in total."""
    rng = Random(f"{seed}/shares")
    habits = (_plays_a_week(generated_listener(number)) for number in range(listeners))
    weights = list(accumulate(habit * rng.lognormvariate(0, UNEQUAL) for habit in habits))
    bounds = [0, *(round((plays - listeners) * so_far / weights[-1]) for so_far in weights)]
    return [1 + after - before for before, after in pairwise(bounds)]


def write_histories(
    folder: Path, catalogue: Catalogue, *, listeners: int, plays: int, until: date, seed: int
) -> Iterator[Path]:
    """Write a CSV file for each listener, and yield each path once complete. One listener is in memory at a time.

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
