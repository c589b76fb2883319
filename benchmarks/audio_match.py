"""Times audio matches for 200 listeners with 1,000,000 plays: `python -m benchmarks.audio_match TABLE…`.

TABLE is a table of audio features as `segue features import` takes it. The listeners play music from `--catalogue` (one
artist per line, gzip; by default the demo's); those of its tracks that are in the tables have features.
"""

import argparse
import os
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks.measuring import peak_memory, timed
from benchmarks.simulated import AS_OF, land_listeners
from flows import engine
from flows.demo.catalogue import DEMO_CATALOGUE, read_catalogue
from flows.features import land_features
from flows.settings import Settings, read_settings
from flows.sources.features_file import inspect
from flows.terminal import accounting
from jobs.report import Report

MATCHES = ("silver.candidate_audio_match",)


def measure(settings: Settings, tables: list[Path], catalogue: Path, listeners: int, count: int) -> None:
    """Build play counts, import the tables, and match; print how long each step took."""
    land_listeners(settings.home, read_catalogue(catalogue), listeners, count)
    build = partial(engine.build, settings, as_of=AS_OF)
    with peak_memory() as peak:
        print(f"plays and play counts: {timed(partial(build, (*engine.PLAYS, *engine.PLAY_COUNTS))):.1f} s", flush=True)
        print(f"matches without any features: {timed(partial(build, MATCHES)):.1f} s", flush=True)
        print(f"tables landed: {timed(partial(_land, tables, settings.home / 'bronze')):.1f} s", flush=True)
        print(f"silver.audio_features: {timed(lambda: _say(build(engine.FEATURES))):.1f} s", flush=True)
        print(f"matches of all: {timed(lambda: _say(build(MATCHES))):.1f} s", flush=True)
    print(f"peak memory of all processes: {peak[0]:.2f} GiB; load average now {os.getloadavg()[0]:.1f}")


def _land(tables: list[Path], bronze: Path) -> None:
    for one in inspect(tables):
        land_features(one, bronze, lambda _: None)


def _say(report: Report) -> None:
    if report.consumed:
        print(accounting(report.consumed))
    for written in report.written:
        print(f"{written.table}: {written.rows:,} rows, {written.listeners:,} listeners")


def main() -> None:
    """Measure in a temporary home."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="+", type=Path, metavar="TABLE")
    parser.add_argument("--catalogue", type=Path, default=DEMO_CATALOGUE)
    parser.add_argument("--listeners", type=int, default=200)
    parser.add_argument("--plays", type=int, default=5_000, help="of each listener")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        settings = replace(read_settings({}), home=Path(home))
        measure(settings, asked.tables, asked.catalogue, asked.listeners, asked.plays)


if __name__ == "__main__":
    main()
