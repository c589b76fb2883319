"""Time and memory of a full build with 1,000,000 plays of 200 listeners, and of 50 more plays of one of them.

`make bench`, or `python -m benchmarks.million_plays --listeners 20 --plays 5000` for a smaller one.
"""

import argparse
import os
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from benchmarks.measuring import peak_memory, timed
from benchmarks.simulated import AS_OF, land_listeners, land_plays
from flows import engine
from flows.demo.catalogue import read_catalogue
from flows.settings import Settings, read_settings

FIFTY_MORE = [
    {
        "artist": "Portishead",
        "track": f"Track {hour % 9}",
        "album": "",
        "uts": str(int((AS_OF - timedelta(hours=hour + 1)).timestamp())),
    }
    for hour in range(50)
]


def measure(settings: Settings, listeners: int, count: int) -> None:
    """Land, build, change one listener, build again; print how long each step took."""
    started = time.monotonic()
    names = land_listeners(settings.home, read_catalogue(), listeners, count)
    print(f"landed {count:,} plays of each of {listeners} listeners in {time.monotonic() - started:.1f} s")
    with peak_memory() as peak:
        full = partial(engine.build, settings, engine.EVERYTHING, as_of=AS_OF)
        print(f"full build from landed pages to served file, Spark's start included: {timed(full):.1f} s")
        for name in names[:3]:
            land_plays(settings.home, name, FIFTY_MORE, "more")
            change = partial(engine.build, settings, engine.EVERYTHING, listeners=[name], as_of=AS_OF)
            print(f"50 more plays of {name}, warm session, through to the served file: {timed(change):.1f} s")
    print(f"peak memory of all processes: {peak[0]:.2f} GiB; load average now {os.getloadavg()[0]:.1f}")


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
