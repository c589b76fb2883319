"""`python -m flows.demo`: serve the simulated listeners until Ctrl-C."""

import argparse
import signal
import sys
import threading
from datetime import date

from flows.demo.listeners import LISTENER_NAMES, PRIVATE
from flows.demo.server import ServerDidNotStart, demo_server
from flows.demo.world import SEED, demo_world, today_utc

DEFAULT_PORT = 8090


def main(arguments: list[str] | None = None) -> int:
    chosen = _parser().parse_args(arguments)
    world = demo_world(chosen.anchor or chosen.until or today_utc(), seed=chosen.seed, until=chosen.until)
    stop = threading.Event()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, lambda *_: stop.set())
    try:
        with demo_server(world, chosen.port) as url:
            print(f"Last.fm demo server at {url} (any api_key)", flush=True)
            print(f"listeners: {', '.join(LISTENER_NAMES)}; hides their plays: {PRIVATE.name}", flush=True)
            stop.wait()
    except ServerDidNotStart as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m flows.demo", description="A Last.fm server of simulated listeners."
    )
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="0: any free port")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--until", type=date.fromisoformat, help="the day before which the histories end (today, UTC)")
    parser.add_argument("--anchor", type=date.fromisoformat, help="the day that the histories reach back from")
    return parser


if __name__ == "__main__":
    sys.exit(main())
