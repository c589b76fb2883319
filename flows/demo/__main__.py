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
        print(f"Last.fm demo server at {url} (any api_key), knows {len(catalogue.artists):,} artists", flush=True)
        print(f"listeners: {', '.join(LISTENER_NAMES)}; hides their plays: {PRIVATE.name}", flush=True)
        if misbehaviour:
            print(f"misbehaves: {chosen.misbehave}", flush=True)
        stop.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m flows.demo", description="A Last.fm server of simulated listeners and a catalogue of music."
    )
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="0: any free port")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--until", type=date.fromisoformat, help="the day before which the histories end (today, UTC)")
    parser.add_argument("--anchor", type=date.fromisoformat, help="the day that the histories reach back from")
    parser.add_argument(
        "--catalogue",
        type=Path,
        default=DEMO_CATALOGUE,
        metavar="FILE",
        help="answer from this file of artists, tags, neighbours and albums in place of the demo's own, for example "
        "from a larger one, so that imported histories find facts and candidates (gzip JSON, one artist a line)",
    )
    parser.add_argument(
        "--misbehave",
        metavar="SWITCHES",
        help=f"go wrong as the real server does, to try a client: error8=0.1,html=0.05 and so on. {SWITCHES}",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
