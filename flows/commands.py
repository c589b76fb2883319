"""The command line of every service: `segue up` and docker-compose.yml run the very same ones."""

import sys
from datetime import date

PYTHON = (sys.executable, "-m")
WORK_POOL = "segue"
FIRST_RUN = "sync-plays/sync-plays"


def prefect_server_command(host: str, port: int) -> list[str]:
    """Prefect's API, page and event triggers."""
    return [*PYTHON, "prefect", "server", "start", "--host", host, "--port", str(port)]


def worker_command() -> list[str]:
    """Runs each flow run as a process of its own; makes the work pool where there is none."""
    return [*PYTHON, "prefect", "worker", "start", "--pool", WORK_POOL, "--type", "process"]


def leftovers_command(api: str) -> list[str]:
    """Closes the flow runs of an earlier worker; ends."""
    return [*PYTHON, "flows.leftovers", api]


def deploy_command() -> list[str]:
    """Registers prefect.yaml; ends. The work pool must be there."""
    return [*PYTHON, "prefect", "--no-prompt", "deploy", "--all"]


def first_run_command() -> list[str]:
    """Asks for one sync at once, so that nobody waits for the schedule; ends."""
    return [*PYTHON, "prefect", "deployment", "run", FIRST_RUN]


def demo_command(port: int, anchor: date) -> list[str]:
    """Simulated listeners, for those who have no key."""
    return [*PYTHON, "flows.demo", "--port", str(port), "--anchor", anchor.isoformat()]


def app_command(port: int) -> list[str]:
    """The page and the API."""
    return [*PYTHON, "flows", "serve", "--port", str(port)]
