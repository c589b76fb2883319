"""The same inputs and `--as-of` built in several places: one core, more cores than there are, a cluster of two workers.

`python -m benchmarks.places --catalogue FILE [--community FILE] NAME=HISTORY.csv.gz …`: every column but `*_at` of
every table is compared with what the first place built; exit status 1 if a row differs.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.comparing import differing
from benchmarks.crawl import land_everything
from benchmarks.histories import land_history, settings_of
from benchmarks.measuring import timed
from benchmarks.simulated import ANCHOR
from flows import engine
from flows.community import landed_now
from flows.demo.catalogue import read_catalogue
from flows.demo.world import demo_world
from flows.processes import free_port
from jobs.session import spark_command, spark_environment
from jobs.tables import CANDIDATES, CATALOGUE, COMMUNITY, PLAY_COUNTS, PLAYS

AS_OF = datetime(2021, 1, 1, tzinfo=UTC)
WORKERS = 2
READY_WITHIN = 60.0
COMPARED = (*PLAYS, *PLAY_COUNTS, *CATALOGUE, *COMMUNITY, *CANDIDATES)


@contextmanager
def cluster(work: Path) -> Iterator[str]:
    """Start a master and two workers of one core each, as docker-compose.yml does; gives the master's address."""
    port = free_port(7077)
    master = f"spark://127.0.0.1:{port}"
    deploy = "org.apache.spark.deploy"
    commands = [
        spark_command(
            "spark-class", f"{deploy}.master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0"
        )
    ]
    worker = ("--host", "127.0.0.1", "--cores", "1", "--memory", "2g", "--webui-port", "0", "--work-dir", str(work))
    commands += [spark_command("spark-class", f"{deploy}.worker.Worker", *worker, master)] * WORKERS
    running = []
    try:
        for command in commands:
            environment = {**os.environ, **spark_environment()}
            running.append(subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL))
            _answers(port)
        yield master
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            process.wait()


def build(home: Path, master: str) -> None:
    """Build everything from the landed pages, by spark-submit, as of a fixed time."""
    settings = replace(settings_of(home), spark_master=master)
    took = timed(lambda: engine.build(settings, engine.EVERYTHING, as_of=AS_OF))
    print(f"{master}: everything from landed pages to the served file in {took:.0f} s", flush=True)


def measure(landed: Path, homes: Path) -> list[str]:
    """Build the landed pages in every place and compare; return the tables that differ."""
    with cluster(homes / "work") as master:
        places = {"one": "local[1]", "many": "local[7]", "cluster": master}
        for name, place in places.items():
            shutil.copytree(landed, homes / name)
            build(homes / name, place)
    first, *others = places
    different: list[str] = []
    for other in others:
        print(f"{places[other]} against {places[first]}:")
        different += differing(homes / first, homes / other, COMPARED)
    return different


def _answers(port: int) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.2)
    sys.exit(f"no Spark master answers within {READY_WITHIN:.0f} s")


def main(arguments: Sequence[str] | None = None) -> None:
    """Compare in temporary homes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--catalogue", type=Path, required=True)
    parser.add_argument("--community", type=Path, action="append", default=[])
    parser.add_argument("histories", nargs="+", metavar="NAME=FILE")
    asked = parser.parse_args(arguments)
    os.environ["TZ"] = "UTC"
    with tempfile.TemporaryDirectory() as folder:
        landed = Path(folder) / "landed"
        for name, file in (one.split("=", 1) for one in asked.histories):
            land_history(landed, name, Path(file))
        land_everything(landed, demo_world(ANCHOR, catalogue=read_catalogue(asked.catalogue)))
        landed_now(asked.community, landed / "bronze")
        different = measure(landed, Path(folder))
    sys.exit(f"these differ: {', '.join(sorted(set(different)))}" if different else 0)


if __name__ == "__main__":
    main()
