"""Times all candidate tables of 200 listeners with 1,000,000 plays, with a full catalogue; then those of one listener.

`python -m benchmarks.candidates --catalogue FILE` (one artist per line, gzip; by default the demo's).
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks.crawl import land_everything
from benchmarks.measuring import peak_memory, timed
from benchmarks.million_plays import FIFTY_MORE
from benchmarks.simulated import ANCHOR, AS_OF, land_listeners, land_plays
from flows import engine
from flows.demo.catalogue import DEMO_CATALOGUE, read_catalogue
from flows.demo.world import demo_world
from flows.settings import Settings, read_settings
from jobs.run import PUBLISH

CHANGES = 6
TABLES = tuple(step for step in engine.CANDIDATES if step != PUBLISH)


def measure(settings: Settings, catalogue_file: Path, listeners: int, count: int) -> None:
    """Land plays and facts, build all, change one listener a few times; print how long each step took."""
    started = time.monotonic()
    catalogue = read_catalogue(catalogue_file)
    names = land_listeners(settings.home, catalogue, listeners, count)
    answers = land_everything(settings.home, demo_world(ANCHOR, catalogue=catalogue))
    print(f"landed {count:,} plays of each of {listeners} listeners and {answers:,} answers", end=" ")
    print(f"in {time.monotonic() - started:.1f} s")
    build = partial(engine.build, settings, as_of=AS_OF)
    with peak_memory() as peak:
        counting = timed(partial(build, (*engine.PLAYS, *engine.PLAY_COUNTS)))
        print(f"plays and play counts, Spark's start included: {counting:.1f} s")
        print(f"catalogue from landed answers: {timed(partial(build, engine.CATALOGUE)):.1f} s")
        print(f"all candidate tables: {_apart(build)}")
        for name in names[:CHANGES]:
            land_plays(settings.home, name, FIFTY_MORE, "more")
            build((*engine.PLAYS, *engine.PLAY_COUNTS), listeners=[name])
            print(f"those of {name} alone, warm session: {_apart(partial(build, listeners=[name]))}")
    print(f"peak memory of all processes: {peak[0]:.2f} GiB; load average now {os.getloadavg()[0]:.1f}")


def _apart(build: Callable[..., object]) -> str:
    """How long the tables take, and how long the served file."""
    tables, served = (timed(partial(build, steps)) for steps in (TABLES, (PUBLISH,)))
    return f"{tables:.1f} s; the served file: {served:.1f} s"


def main() -> None:
    """Measure in a temporary home."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--catalogue", type=Path, default=DEMO_CATALOGUE)
    parser.add_argument("--listeners", type=int, default=200)
    parser.add_argument("--plays", type=int, default=5_000, help="of each listener")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        measure(replace(read_settings({}), home=Path(home)), asked.catalogue, asked.listeners, asked.plays)


if __name__ == "__main__":
    main()
