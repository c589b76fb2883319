"""`python -m flows.leftovers API`: close flow runs whose processes ended with an earlier `segue up`.

Such a run stays "Running" on the server and keeps its deployment's only slot: no later run would ever start. A home's
flow runs need its worker, so any that the server shows as running before the worker starts are dead.
"""

import sys
from typing import Any

import requests

SECONDS = 30.0
UNDER_WAY = ["RUNNING", "PENDING", "CANCELLING"]
CRASHED = {"type": "CRASHED", "message": "ended with the process that ran it"}


def close_leftovers(api: str) -> list[str]:
    """Set the runs that the server shows as under way to Crashed; returns their names."""
    closed = []
    while runs := _under_way(api):
        for run in runs:
            body = {"state": CRASHED, "force": True}
            requests.post(f"{api}/flow_runs/{run['id']}/set_state", json=body, timeout=SECONDS).raise_for_status()
            closed.append(str(run["name"]))
    return closed


def main(arguments: list[str]) -> int:
    for name in close_leftovers(*arguments):
        print(f"{name}: {CRASHED['message']}")
    return 0


def _under_way(api: str) -> list[dict[str, Any]]:
    wanted = {"flow_runs": {"state": {"type": {"any_": UNDER_WAY}}}}
    answer = requests.post(f"{api}/flow_runs/filter", json=wanted, timeout=SECONDS)
    answer.raise_for_status()
    runs: list[dict[str, Any]] = answer.json()
    return runs


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
