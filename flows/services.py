"""`segue up`: all services of one home, declared as data and started together."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from flows import commands
from flows.catalogue_source import KEYLESS
from flows.demo.anchor import anchor_of
from flows.demo.listeners import LISTENER_NAMES
from flows.demo.world import today_utc
from flows.processes import LOCALHOST, free_port, is_free, is_listening, locked
from flows.settings import Settings, port_number
from flows.supervisor import Service, Supervisor
from jobs.questions import BUNDLED, LASTFM
from jobs.session import connect_server_command, spark_environment

PROJECT = Path(__file__).resolve().parent.parent
PREFECT_PORT, CONNECT_PORT, DEMO_PORT = 4200, 15002, 8090
PROBE_SECONDS = 2.0
NO_TELEMETRY = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "GRADIO_ANALYTICS_ENABLED": "false",
}
# Each secret goes only to the one process that needs it.
WORKERS_SECRETS = frozenset({"LASTFM_API_KEY", "LISTENBRAINZ_TOKEN"})
APPS_SECRETS = frozenset({"SEGUE_API_TOKEN", "YOUTUBE_API_KEY"})
# By default a worker polls every ten seconds, and there are three such waits between a sync and a new page.
ASKS_OFTEN = {"PREFECT_WORKER_QUERY_SECONDS": "2"}


class CannotStart(Exception):
    """`segue up` cannot start; the message says in one line why and what to do."""


@dataclass(frozen=True)
class Ports:
    """Each server's port on loopback."""

    prefect: int
    app: int
    connect: int
    demo: int

    @property
    def prefect_api(self) -> str:
        return f"http://{LOCALHOST}:{self.prefect}/api"


def up(settings: Settings, environment: Mapping[str, str] = os.environ, say: Callable[[str], None] = print) -> int:
    """Run all services until Ctrl-C (status 0), or until one of them fails (1). Raises `CannotStart`, `BadSetting`."""
    with only_one(settings.home):
        ports = chosen_ports(settings, environment)
        say(f"Starting Segue; its logs are in {settings.home / 'logs'}")
        supervisor = Supervisor(services(settings, ports, environment), settings.home, say)
        status = supervisor.run(on_ready=lambda: _say_addresses(settings, ports, say))
        say("Segue and all its services have stopped")
        return status


def services(settings: Settings, ports: Ports, environment: Mapping[str, str]) -> list[Service]:
    """The services to run for these settings; a server whose address is set is not started here."""
    shared = {
        **environment,
        **NO_TELEMETRY,
        "SEGUE_HOME": str(settings.home),
        "PREFECT_HOME": str(settings.home / "prefect"),
        "PREFECT_API_URL": ports.prefect_api,
        "PYTHONUNBUFFERED": "1",
    }
    keyless = _without(shared, WORKERS_SECRETS | APPS_SECRETS)
    worker = {**_without(shared, APPS_SECRETS), **ASKS_OFTEN}
    servers = [_prefect_server(ports, keyless), _app(ports, _without(shared, WORKERS_SECRETS))]
    if settings.spark_remote is None:
        servers.append(_spark_connect(settings, ports.connect, keyless))
        worker["SPARK_REMOTE"] = servers[-1].url
    if settings.uses_demo_server:
        servers.append(_demo_server(settings, ports.demo, keyless))
        worker |= {"LASTFM_API_URL": servers[-1].url, "LASTFM_CALLS_PER_SECOND": "0"}
        # The demo server knows only simulated listeners, and is not asked about real listeners' music.
        if not set(settings.listeners) <= set(LISTENER_NAMES):
            asked = [name for name in settings.providers or KEYLESS if name != LASTFM]
            worker["SEGUE_PROVIDERS"] = ",".join(asked or [BUNDLED])
    listeners = settings.listeners or (LISTENER_NAMES if settings.uses_demo_server else ())
    worker["SEGUE_LISTENERS"] = ",".join(listeners)
    clients = [_leftovers(ports, keyless), _worker(ports, worker), _deployments(keyless)]
    if listeners:
        clients.append(_first_sync(keyless, needs=[service.name for service in (*servers, *clients)]))
    return [*servers, *clients]


def _without(environment: Mapping[str, str], names: Collection[str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in names}


def _prefect_server(ports: Ports, environment: Mapping[str, str]) -> Service:
    """Allows Prefect's own page only: by default any web page may use its API, and through it run commands here."""
    own_page = ",".join(f"http://{name}:{ports.prefect}" for name in (LOCALHOST, "localhost"))
    return Service(
        "prefect-server",
        commands.prefect_server_command(LOCALHOST, ports.prefect),
        {"PREFECT_SERVER_CORS_ALLOWED_ORIGINS": own_page, **environment},
        ready=lambda: _answers(f"{ports.prefect_api}/health"),
        url=f"http://{LOCALHOST}:{ports.prefect}",
        folder=PROJECT,
    )


def _app(ports: Ports, environment: Mapping[str, str]) -> Service:
    return Service(
        "app",
        commands.app_command(ports.app),
        environment,
        ready=lambda: is_listening(ports.app),
        url=f"http://{LOCALHOST}:{ports.app}",
        folder=PROJECT,
    )


def _spark_connect(settings: Settings, port: int, environment: Mapping[str, str]) -> Service:
    """The lake's only writer while it runs: it holds an exclusive lock that builds in other processes hold shared."""
    return Service(
        "spark-connect",
        connect_server_command(port),
        {**environment, **spark_environment()},
        ready=lambda: is_listening(port),
        url=f"sc://{LOCALHOST}:{port}",
        lock=settings.home / "lake" / ".direct-writers",
        folder=settings.home,
    )


def _demo_server(settings: Settings, port: int, environment: Mapping[str, str]) -> Service:
    return Service(
        "demo-server",
        commands.demo_command(port, anchor_of(settings.home, today_utc())),
        environment,
        ready=lambda: is_listening(port),
        url=f"http://{LOCALHOST}:{port}/2.0/",
        folder=PROJECT,
    )


def _leftovers(ports: Ports, environment: Mapping[str, str]) -> Service:
    command = commands.leftovers_command(ports.prefect_api)
    return Service("leftovers", command, environment, needs=["prefect-server"], once=True, folder=PROJECT)


def _worker(ports: Ports, environment: Mapping[str, str]) -> Service:
    """Ready when the work pool exists, which it creates at its first start. Restarted, as repairs need a worker."""
    pool = f"{ports.prefect_api}/work_pools/{commands.WORK_POOL}"
    return Service(
        "worker",
        commands.worker_command(),
        environment,
        ready=lambda: _answers(pool),
        needs=["prefect-server", "leftovers"],
        again=True,
        folder=PROJECT,
    )


def _deployments(environment: Mapping[str, str]) -> Service:
    return Service("deployments", commands.deploy_command(), environment, needs=["worker"], once=True, folder=PROJECT)


def _first_sync(environment: Mapping[str, str], needs: list[str]) -> Service:
    return Service("first-sync", commands.first_run_command(), environment, needs=needs, once=True, folder=PROJECT)


def chosen_ports(settings: Settings, environment: Mapping[str, str]) -> Ports:
    """The ports: Prefect's and the page's must be free, others may change. Raises `CannotStart`, `BadSetting`."""
    given = environment.get("PREFECT_SERVER_API_PORT", "").strip() or str(PREFECT_PORT)
    prefect = port_number("PREFECT_SERVER_API_PORT", given)
    for port, name in ((prefect, "PREFECT_SERVER_API_PORT"), (settings.port, "SEGUE_PORT")):
        if not is_free(port):
            raise CannotStart(f"port {port} is in use: stop the process that uses it, or set {name} to another port")
    return Ports(prefect, settings.port, free_port(CONNECT_PORT), free_port(DEMO_PORT))


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the home's lock on `segue up`. Raises `CannotStart` while another process holds it."""
    path = home / "run" / "up.lock"
    descriptors = locked(path)
    if not descriptors:
        raise CannotStart(f"'segue up' is already running for {home} (process {path.read_text()}): stop it first")
    path.write_text(str(os.getpid()))
    try:
        yield
    finally:
        os.close(*descriptors)


def _say_addresses(settings: Settings, ports: Ports, say: Callable[[str], None]) -> None:
    say(f"Segue is up: the page is at http://{LOCALHOST}:{ports.app}, flow runs at http://{LOCALHOST}:{ports.prefect}")
    if not (settings.listeners or settings.uses_demo_server):
        say("No listeners are synced: set SEGUE_LISTENERS to account names, separated by commas")
    say("Press Ctrl-C to stop everything")


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=PROBE_SECONDS).ok
    except requests.RequestException:
        return False
