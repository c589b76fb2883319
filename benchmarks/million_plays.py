"""1,000,000 plays of 200 listeners: time and memory of a full build, and of 50 more plays of one of them.

`make bench`, or `python -m benchmarks.million_plays --listeners 20 --plays 5000` for a smaller one.
"""

import argparse
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import psutil

from flows import engine
from flows.demo.catalogue import read_catalogue
from flows.demo.listeners import LISTENERS
from flows.demo.simulate import plays
from flows.landing import Page, folder_of, land
from flows.settings import Settings, read_settings

ANCHOR = date(2026, 1, 1)
AS_OF = datetime(2026, 1, 2, tzinfo=UTC)
RECORDS_A_PAGE = 10_000
CATALOGUE = read_catalogue()
FIFTY_MORE = [
    {
        "artist": "Portishead",
        "track": f"Track {hour % 9}",
        "album": "",
        "uts": str(int((AS_OF - timedelta(hours=hour + 1)).timestamp())),
    }
    for hour in range(50)
]
SAMPLED_EVERY_SECONDS = 0.2
COLUMNS = {"artist": "artist", "track": "track", "album": "album", "time": "uts", "timezone": "UTC"}


def land_plays(home: Path, listener: str, records: Sequence[dict[str, str]], name: str) -> None:
    """Land the records as an import would."""
    for start in range(0, len(records), RECORDS_A_PAGE):
        body = json.dumps(records[start : start + RECORDS_A_PAGE])
        page = Page("csv", "records", listener, COLUMNS, body)
        land(page, folder_of(home / "bronze", "csv", "records", listener) / name, f"records-{start:07}")


def simulated(listener_number: int, count: int) -> list[dict[str, str]]:
    """The last `count` plays of a simulated listener; habits repeat every eighth, tastes do not."""
    habits = [one for one in LISTENERS if one.name not in {"pixelfern", "quiet_harbour"}]
    habit = habits[listener_number % len(habits)]
    listener = replace(habit, name=f"{habit.name}-{listener_number}")
    heard = plays(CATALOGUE, listener, anchor=ANCHOR, until=ANCHOR, seed=listener_number)
    return [
        {
            "artist": play.song.artist.name,
            "track": play.song.track.name,
            "album": play.song.album.name,
            "uts": str(play.uts),
        }
        for play in heard[-count:]
    ]


@contextmanager
def peak_memory() -> Iterator[list[float]]:
    """The most memory, in GiB, that this process and all below it held at once (proportional share)."""
    peak, done = [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(SAMPLED_EVERY_SECONDS):
            peak[0] = max(peak[0], _memory() / 2**30)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield peak
    finally:
        done.set()
        watching.join()


def _memory() -> int:
    total = 0
    for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
        try:
            total += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return total


def measure(settings: Settings, listeners: int, count: int) -> None:
    """Land, build, change one listener, build again; print what each took."""
    started = time.monotonic()
    names = [f"listener-{number:04}" for number in range(listeners)]
    landed = 0
    for number, name in enumerate(names):
        records = simulated(number, count)
        landed += len(records)
        land_plays(settings.home, name, records, "first")
    print(f"landed {landed:,} plays of {listeners} listeners in {time.monotonic() - started:.1f} s")
    with peak_memory() as peak:
        full = partial(engine.build, settings, engine.EVERYTHING, as_of=AS_OF)
        print(f"full build from landed pages to served file, Spark's start included: {_timed(full):.1f} s")
        for name in names[:3]:
            land_plays(settings.home, name, FIFTY_MORE, "more")
            change = partial(engine.build, settings, engine.EVERYTHING, listeners=[name], as_of=AS_OF)
            print(f"50 more plays of {name}, warm session, through to the served file: {_timed(change):.1f} s")
    print(f"peak memory of all processes: {peak[0]:.2f} GiB; load average now {os.getloadavg()[0]:.1f}")


def _timed(what: Callable[[], object]) -> float:
    started = time.monotonic()
    what()
    return time.monotonic() - started


def main() -> None:
    """Measure in a temporary home."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listeners", type=int, default=200)
    parser.add_argument("--plays", type=int, default=5_000, help="of each listener")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        measure(replace(read_settings({}), home=Path(home)), asked.listeners, asked.plays)


if __name__ == "__main__":
    main()
