"""Runs the whole evaluation of recommendations on a folder of histories, each hidden from a cut in time on.

`make bench-quality HISTORIES=FOLDER`, or `python -m benchmarks.quality FOLDER`. Each file, or folder of one export, is
a listener, named by the part before the first dot; files with the same name belong to one listener. The catalogue and
the HetRec community are taken from SEGUE_SHARED.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.crawl import land_everything
from benchmarks.histories import land_history, settings_of
from benchmarks.measuring import peak_memory, shared_data, timed
from benchmarks.simulated import ANCHOR
from flows import engine
from flows.community import landed_now
from flows.demo.catalogue import read_catalogue
from flows.demo.world import demo_world
from flows.histories import BadListener, listener_name
from flows.sources.text_file import NotAHistory
from jobs.evaluation.cuts import CUTS, DAYS
from ui.evaluated import as_lines
from ui.store import Store

# The checks that an evaluation makes of itself are the last of its gate results.
CHECKS = 4
BUILT = (*engine.PLAYS, *engine.CATALOGUE, *engine.COMMUNITY)


def land_listeners(home: Path, folder: Path) -> Iterator[str]:
    """Land every history in the folder; yield a line on each file."""
    for path in sorted(each for each in folder.iterdir() if not each.name.startswith(".")):
        try:
            name = listener_name(path.name.split(".")[0])
            land_history(home, name, path)
            yield f"{path.name}: {name}"
        except (NotAHistory, BadListener) as no:
            yield f"skipped: {no}"


def land_music(home: Path, data: Path) -> Iterator[str]:
    """Land the catalogue's answers and the community's files, if available; yield a line on each."""
    catalogue, community = data / "catalogue" / "large.jsonl.gz", sorted((data / "hetrec").glob("*artists.dat*"))
    if catalogue.exists():
        answers = land_everything(home, demo_world(ANCHOR, catalogue=read_catalogue(catalogue)))
        yield f"{answers:,} answers of the catalogue"
    else:
        yield f"no catalogue: there is no {catalogue}"
    # The file of tags assigned to artists is not used.
    files = [each for each in community if "tagged" not in each.name]
    landed_now(files, home / "bronze") if files else ()
    yield "a community, HetRec" if files else f"no community: there is no {data / 'hetrec'}"


def land_and_build(home: Path, folder: Path) -> None:
    """Land the histories in the folder, catalogue and community, and build them; print what there is, and times."""
    started = time.monotonic()
    for told in (*land_listeners(home, folder), *land_music(home, shared_data())):
        print(told, flush=True)
    landing = time.monotonic() - started
    building = timed(partial(engine.build, settings_of(home), BUILT))
    print(f"landed in {landing:.0f} s, built plays, catalogue and community in {building:.0f} s", flush=True)


def measure(home: Path, folder: Path, cuts: int, days: int) -> None:
    """Import, build, evaluate; print the tables, times and memory."""
    with peak_memory() as peak:
        land_and_build(home, folder)
        evaluating = timed(lambda: print_evaluation(home, cuts, days))
    print(f"\nevaluated in {evaluating:.0f} s; {peak[0]:.2f} GiB at most over all processes;", end=" ")
    print(f"load average {os.getloadavg()[0]:.1f}")


def print_evaluation(home: Path, cuts: int, days: int) -> None:
    """Evaluate, and print the same as `segue evaluate`."""
    report = engine.evaluate(settings_of(home), (), cuts=cuts, days=days)
    found = Store(home / "served").evaluation()
    for line in as_lines(found) if found else ():
        print(line)
    for check in report.gates[-CHECKS:]:
        print(f"check: {check.rule}: {check.observed}")


@contextmanager
def asked_for(description: str | None) -> Iterator[tuple[Path, argparse.Namespace]]:
    """From the command line: a home, temporary or the one in `--home`, which is kept; and `histories`, `cuts`, `days`.

    The process is in UTC from then on.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("histories", type=Path)
    parser.add_argument("--cuts", type=int, default=CUTS)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--home", type=Path, help="keep the home here, to look into")
    asked = parser.parse_args()
    os.environ["TZ"] = "UTC"
    time.tzset()
    with tempfile.TemporaryDirectory() as folder:
        yield asked.home or Path(folder), asked


def main() -> None:
    """Measure, and print."""
    with asked_for(__doc__) as (home, asked):
        measure(home, asked.histories, asked.cuts, asked.days)


if __name__ == "__main__":
    main()
