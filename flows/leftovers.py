"""`python -m flows.leftovers API`: close flow runs whose processes ended with an earlier `segue up`.

Such a run stays "Running" on the server and keeps the only slot of its deployment: no later run would ever start.
Nothing of a home runs before its worker does, so whatever is said to run before that does not.
"""

import sys
from typing import Any

import requests

SECONDS = 30.0
UNDER_WAY = ["RUNNING", "PENDING", "CANCELLING"]
CRASHED = {"type": "CRASHED", "message": "ended with the process that ran it"}


def close_leftovers(api: str) -> list[str]:
    """Set what is said to be under way to Crashed; the names of those runs."""
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
