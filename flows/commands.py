"""The command line of every service; `segue up` and docker-compose.yml run the same ones."""

import sys
from datetime import date

PYTHON = (sys.executable, "-m")
WORK_POOL = "segue"
FIRST_RUN = "sync-plays/sync-plays"


def prefect_server_command(host: str, port: int) -> list[str]:
    """The server of Prefect's API and page, which also runs the event triggers."""
    return [*PYTHON, "prefect", "server", "start", "--host", host, "--port", str(port)]


def worker_command() -> list[str]:
    """The worker, which runs each flow run in its own process, and creates the work pool if it is missing."""
    return [*PYTHON, "prefect", "worker", "start", "--pool", WORK_POOL, "--type", "process"]


def leftovers_command(api: str) -> list[str]:
    """Closes the flow runs left by an earlier worker, then ends."""
    return [*PYTHON, "flows.leftovers", api]


def deploy_command() -> list[str]:
    """Registers prefect.yaml's deployments, then ends. The work pool must exist."""
    return [*PYTHON, "prefect", "--no-prompt", "deploy", "--all"]


def first_run_command() -> list[str]:
    """Starts one sync immediately, so that nobody waits for the schedule, then ends."""
    return [*PYTHON, "prefect", "deployment", "run", FIRST_RUN]


def demo_command(port: int, anchor: date) -> list[str]:
    """The demo server of simulated listeners, for use without a key."""
    return [*PYTHON, "flows.demo", "--port", str(port), "--anchor", anchor.isoformat()]


def app_command(port: int) -> list[str]:
    """The page and the API."""
    return [*PYTHON, "flows", "serve", "--port", str(port)]
