"""`python -m flows.demo`: serves the simulated listeners and a catalogue until Ctrl-C."""

import argparse
import signal
import sys
import threading
from datetime import date
from pathlib import Path

from flows.demo.catalogue import DEMO_CATALOGUE, BadCatalogue, read_catalogue
from flows.demo.listeners import LISTENER_NAMES, PRIVATE
from flows.demo.misbehaviour import SWITCHES, BadMisbehaviour, read_misbehaviour
from flows.demo.server import ServerDidNotStart, demo_server
from flows.demo.world import SEED, demo_world, today_utc

DEFAULT_PORT = 8090


def main(arguments: list[str] | None = None) -> int:
    chosen = _parser().parse_args(arguments)
    stop = threading.Event()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: stop.set())
    try:
        _serve(chosen, stop)
    except (BadCatalogue, BadMisbehaviour, ServerDidNotStart) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _serve(chosen: argparse.Namespace, stop: threading.Event) -> None:
    misbehaviour = read_misbehaviour(chosen.misbehave) if chosen.misbehave else None
    catalogue = read_catalogue(chosen.catalogue)
    anchor = chosen.anchor or chosen.until or today_utc()
    world = demo_world(anchor, seed=chosen.seed, until=chosen.until, catalogue=catalogue)
    with demo_server(world, chosen.port, misbehaviour=misbehaviour) as url:
        print(f"Last.fm demo server at {url} (any api_key), with {len(catalogue.artists):,} artists", flush=True)
        print(f"listeners: {', '.join(LISTENER_NAMES)}; private: {PRIVATE.name}", flush=True)
        if misbehaviour:
            print(f"misbehaviour: {chosen.misbehave}", flush=True)
        stop.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m flows.demo",
        description="A Last.fm-compatible server with simulated listeners and a music catalogue.",
    )
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="0: any free port")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--until", type=date.fromisoformat, help="histories end before this day (default: today, UTC)")
    parser.add_argument("--anchor", type=date.fromisoformat, help="histories reach back from this day")
    parser.add_argument(
        "--catalogue",
        type=Path,
        default=DEMO_CATALOGUE,
        metavar="FILE",
        help="use this file of artists, tags, neighbours and albums instead of the demo's own, for example a larger "
        "one that also covers imported histories (gzipped JSON, one artist per line)",
    )
    parser.add_argument(
        "--misbehave",
        metavar="SWITCHES",
        help=f"fail as the real server does, to test a client, such as error8=0.1,html=0.05. {SWITCHES}",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
