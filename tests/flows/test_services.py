"""`segue up`: what runs, that it ends together, and that docker-compose.yml runs the same."""

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from prefect.settings import Settings as PrefectSettings

from flows import commands, leftovers
from flows.processes import LOCALHOST, alive, free_port, is_free
from flows.services import CannotStart, Ports, chosen_ports, only_one, services
from flows.settings import BadSetting, Settings, read_settings
from flows.supervisor import Service, Supervisor
from jobs.session import connect_server_command
from tests.patience import PATIENCE

PROJECT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
PORTS = Ports(prefect=4200, app=7860, connect=15002, demo=8090)
KEY = "0123456789abcdef0123456789abcdef"
ORIGINS = "PREFECT_SERVER_CORS_ALLOWED_ORIGINS"
# What only says where a server listens, or which cluster it uses: there containers must differ.
PLACES = ("--host", "--port", "--master", "--properties-file", "--conf")


def python(name: str, code: str, **options: Any) -> Service:
    command = [sys.executable, "-c", textwrap.dedent(code)]
    return Service(name, command, os.environ, **options)


def settings_of(home: Path, **environment: str) -> Settings:
    return read_settings({"SEGUE_HOME": str(home), **environment})


# Longer than any test waits, so that nothing seems to have been ended that ended by itself.
LIFETIME = 5 * PATIENCE
SLEEPER = f"import time; time.sleep({LIFETIME})"
STUBBORN = f"""
    import signal, subprocess, sys, time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep({LIFETIME})"], start_new_session=True)
    print(child.pid, flush=True)
    time.sleep({LIFETIME})
"""


@pytest.fixture
def said() -> list[str]:
    return []


def test_a_service_that_dies_ends_all_and_shows_the_end_of_its_log(tmp_path: Path, said: list[str]) -> None:
    dying = python("dying", "import sys, time; time.sleep(0.5); sys.exit('the disk is full')")
    supervisor = Supervisor([python("sleeper", SLEEPER), dying], tmp_path, said.append)

    assert supervisor.run() == 1
    assert "dying ended with status 1" in said[-1]
    assert said[-1].endswith("the disk is full")
    assert not (tmp_path / "run" / "services.json").exists()


def test_a_service_starts_when_what_it_needs_is_done(tmp_path: Path, said: list[str]) -> None:
    mark = tmp_path / "mark"
    first = python("first", f"import time; time.sleep(0.3); open({str(mark)!r}, 'w')", once=True)
    second = python("second", f"import os, sys; sys.exit(os.path.exists({str(mark)!r}) and 7)", needs=["first"])

    Supervisor([second, first], tmp_path, said.append).run()

    assert "first            done" in said[0]
    assert "second ended with status 7" in said[-1]


def test_a_service_that_is_to_go_on_is_started_again(
    tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.supervisor.STEADY_SECONDS", 0.3)
    worker = python("worker", "import time; time.sleep(1); raise SystemExit(9)", again=True)
    other = python("other", "import time; time.sleep(2); raise SystemExit(7)")

    Supervisor([worker, other], tmp_path, said.append).run()

    assert "  worker           ended with status 9 and is being restarted" in said
    assert "other ended with status 7" in said[-1]


def test_a_service_that_ends_as_soon_as_it_starts_is_not_started_again(tmp_path: Path, said: list[str]) -> None:
    assert Supervisor([python("worker", "raise SystemExit(9)", again=True)], tmp_path, said.append).run() == 1
    assert "worker ended with status 9" in said[-1]


def test_what_a_dead_service_left_behind_ends_with_all(
    tmp_path: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.supervisor.STEADY_SECONDS", 0.0)
    leaves = f"""
        import pathlib, subprocess, sys, time
        kept = pathlib.Path({str(tmp_path / "pid")!r})
        if kept.exists():
            time.sleep({LIFETIME})
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep({LIFETIME})"], start_new_session=True)
        kept.write_text(str(child.pid))
        raise SystemExit(9)
    """
    other = python("other", "import time; time.sleep(2); raise SystemExit(7)")
    lives: list[bool] = []

    def tell(line: str) -> None:
        if "being restarted" in line:
            lives.append(alive(int((tmp_path / "pid").read_text())))

    Supervisor([python("worker", leaves, again=True), other], tmp_path, tell).run()

    assert lives == [True]
    assert is_over(int((tmp_path / "pid").read_text()))


def is_over(pid: int) -> bool:
    """Whether the process ends soon: the kernel takes a moment to kill."""
    deadline = time.monotonic() + PATIENCE
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not alive(pid)


def test_what_runs_is_written_down_while_it_runs(tmp_path: Path, said: list[str]) -> None:
    state: dict[str, Any] = {}
    service = python("spark-connect", SLEEPER, url="sc://127.0.0.1:15002")

    def read_and_stop() -> None:
        state.update(json.loads((tmp_path / "run" / "services.json").read_text()))
        os.kill(os.getpid(), signal.SIGTERM)

    assert Supervisor([service], tmp_path, said.append).run(read_and_stop) == 0
    assert state["spark-connect"]["url"] == "sc://127.0.0.1:15002"
    assert not alive(state["spark-connect"]["pid"])


def test_a_program_that_is_not_there_is_said(tmp_path: Path, said: list[str]) -> None:
    assert Supervisor([Service("spark", ["no-such-program"], os.environ)], tmp_path, said.append).run() == 1
    assert said[-1].startswith("spark cannot be started")
    assert "no-such-program" in said[-1]


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A supervisor in its own process; its one service ignores SIGTERM and has a child in another session."""
    script = f"""
        import os, sys
        import flows.supervisor
        from pathlib import Path
        from flows.supervisor import Service, Supervisor
        flows.supervisor.GRACE_SECONDS = 1
        service = Service("stubborn", [sys.executable, "-c", {textwrap.dedent(STUBBORN)!r}], os.environ)
        sys.exit(Supervisor([service], Path({str(tmp_path)!r}), lambda line: print(line, flush=True)).run())
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_services_that_resist_and_what_they_started(
    tmp_path: Path, supervised: subprocess.Popen[str], number: signal.Signals
) -> None:
    service, child = _pids_when_running(tmp_path)

    supervised.send_signal(number)

    assert supervised.wait(timeout=PATIENCE) == 0
    assert not alive(service)
    assert not alive(child)


def _pids_when_running(home: Path) -> tuple[int, int]:
    log, state = home / "logs" / "stubborn.log", home / "run" / "services.json"
    deadline = time.monotonic() + PATIENCE
    while not (log.exists() and log.read_text().endswith("\n") and state.exists()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return int(json.loads(state.read_text())["stubborn"]["pid"]), int(log.read_text())


def test_a_lock_is_waited_for_and_lives_as_long_as_the_service(tmp_path: Path, said: list[str]) -> None:
    lock = tmp_path / "lake" / ".direct-writers"
    lock.parent.mkdir()
    hold = "import fcntl, sys, time; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_SH); print(flush=True); "
    holder = [sys.executable, "-c", hold + "time.sleep(1)", str(lock)]
    with subprocess.Popen(holder, stdout=subprocess.PIPE) as builder:
        assert builder.stdout is not None
        assert builder.stdout.readline()
        locked = python("spark-connect", f"import sys; sys.exit({_is_locked(lock)})", lock=lock)
        Supervisor([locked], tmp_path, said.append).run()

    assert "is waiting for running builds to finish" in said[0]
    assert "spark-connect ended with status 7" in said[-1]


def _is_locked(path: Path) -> str:
    code = f"import fcntl; fcntl.flock(open({str(path)!r}, 'w'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
    return f"7 if __import__('subprocess').run([sys.executable, '-c', {code!r}]).returncode else 0"


def test_a_second_up_on_one_home_is_refused_in_one_line(tmp_path: Path) -> None:
    code = (
        f"from pathlib import Path; from flows.services import only_one\nwith only_one(Path({str(tmp_path)!r})): pass"
    )
    with only_one(tmp_path):
        second = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)

    assert f"'segue up' is already running for {tmp_path} (process {os.getpid()}): stop it first" in second.stderr


@pytest.mark.parametrize("name", ["SEGUE_PORT", "PREFECT_SERVER_API_PORT"])
def test_a_port_that_is_taken_is_named_with_its_setting(tmp_path: Path, name: str) -> None:
    with socket.create_server((LOCALHOST, 0)) as taken:
        port = taken.getsockname()[1]
        environment = {"SEGUE_PORT": str(free_port(0)), "PREFECT_SERVER_API_PORT": str(free_port(0)), name: str(port)}

        with pytest.raises(CannotStart, match=f"port {port} is in use: .* set {name}"):
            chosen_ports(settings_of(tmp_path, **environment), environment)


@pytest.mark.parametrize("port", ["-1", "65536", "inf", "7860.5", "999999999"])
def test_a_port_that_there_is_not_is_named_with_its_setting(tmp_path: Path, port: str) -> None:
    with pytest.raises(BadSetting, match=r"SEGUE_PORT is .*: set it to a port number"):
        settings_of(tmp_path, SEGUE_PORT=port)
    with pytest.raises(BadSetting, match=r"PREFECT_SERVER_API_PORT is .*: set it to a port number"):
        chosen_ports(settings_of(tmp_path), {"PREFECT_SERVER_API_PORT": port})


def test_a_port_that_nobody_types_moves_when_it_is_taken() -> None:
    with socket.create_server((LOCALHOST, 0)) as taken:
        busy = taken.getsockname()[1]
        port = free_port(busy)

    assert port != busy
    assert is_free(port)


def test_each_secret_goes_to_the_one_that_needs_it_and_nothing_phones_home(tmp_path: Path) -> None:
    environment = {"LASTFM_API_KEY": KEY, "SEGUE_API_TOKEN": "household", "SEGUE_LISTENERS": "rj"}
    running = services(settings_of(tmp_path, **environment), PORTS, environment)

    assert [service.name for service in running if KEY in service.environment.values()] == ["worker"]
    assert [service.name for service in running if "household" in service.environment.values()] == ["app"]
    assert not any(KEY in argument for service in running for argument in service.command)
    assert all(service.environment["DO_NOT_TRACK"] == "1" for service in running)


def test_the_worker_alone_is_started_again_when_it_dies(tmp_path: Path) -> None:
    assert [service.name for service in services(settings_of(tmp_path), PORTS, {}) if service.again] == ["worker"]
    assert COMPOSE["worker"]["restart"] == "unless-stopped"


def test_without_a_key_the_demo_server_runs_and_the_worker_asks_it(tmp_path: Path) -> None:
    by_name = {service.name: service for service in services(settings_of(tmp_path), PORTS, {})}

    assert by_name["worker"].environment["LASTFM_API_URL"] == by_name["demo-server"].url
    assert "pixelfern" in by_name["worker"].environment["SEGUE_LISTENERS"]


def test_a_spark_server_named_elsewhere_is_not_started_here(tmp_path: Path) -> None:
    settings = replace(settings_of(tmp_path), spark_remote="sc://elsewhere:15002")

    assert "spark-connect" not in {service.name for service in services(settings, PORTS, {})}


def test_every_server_listens_on_loopback_alone(tmp_path: Path) -> None:
    arguments = " ".join(
        argument for service in services(settings_of(tmp_path), PORTS, {}) for argument in service.command
    )

    assert f"--host {LOCALHOST}" in arguments
    assert f"binding.address={LOCALHOST}" in arguments
    assert "0.0.0.0" not in arguments


def test_no_other_web_page_may_use_prefects_api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    native = next(one for one in services(settings_of(tmp_path), PORTS, {}) if one.name == "prefect-server")

    for environment in (native.environment, COMPOSE["prefect"]["environment"]):
        monkeypatch.setenv(ORIGINS, environment[ORIGINS])
        own_page = "http://127.0.0.1:4200,http://localhost:4200"
        assert PrefectSettings().server.api.cors_allowed_origins == own_page


def test_runs_that_an_earlier_worker_left_are_closed(prefect_api: str) -> None:
    flow = requests.post(f"{prefect_api}/flows/", json={"name": "left"}, timeout=30).json()["id"]
    run = requests.post(
        f"{prefect_api}/flow_runs/", json={"flow_id": flow, "name": "left", "state": {"type": "RUNNING"}}, timeout=30
    ).json()["id"]

    assert "left" in leftovers.close_leftovers(prefect_api)
    assert requests.get(f"{prefect_api}/flow_runs/{run}", timeout=30).json()["state"]["type"] == "CRASHED"


def essence(command: list[str]) -> list[str]:
    """The command without where it listens and without where its program lies."""
    program = Path(command[0]).name
    kept = ["python" if program.startswith("python") else program]
    arguments = iter(command[1:])
    for argument in arguments:
        if argument in PLACES:
            next(arguments)
        else:
            kept.append("http://…" if argument.startswith("http://") else argument)
    return kept


@pytest.mark.parametrize(
    ("container", "command"),
    [
        ("prefect", commands.prefect_server_command(LOCALHOST, 4200)),
        ("leftovers", commands.leftovers_command(PORTS.prefect_api)),
        ("worker", commands.worker_command()),
        ("deployments", commands.deploy_command()),
        ("first-sync", commands.first_run_command()),
        ("app", commands.app_command(7860)),
        ("spark-connect", connect_server_command(15002)),
    ],
)
def test_a_container_runs_the_very_command_of_the_native_service(container: str, command: list[str]) -> None:
    assert essence(COMPOSE[container]["command"]) == essence(command)


def test_containers_miss_no_native_service_but_the_demo_server(tmp_path: Path) -> None:
    """Where no server is named, a sync brings the demo server with it."""
    native = {service.name for service in services(settings_of(tmp_path), PORTS, {})}

    assert native - set(COMPOSE) == {"demo-server", "prefect-server"}
    assert "prefect" in COMPOSE


def test_containers_wait_for_what_their_native_services_need(tmp_path: Path) -> None:
    for service in services(settings_of(tmp_path), PORTS, {}):
        if service.once and service.needs:
            needs = set(COMPOSE[service.name]["depends_on"])
            assert needs <= {"prefect", *service.needs}, service.name


def test_containers_publish_ports_on_this_machine_alone_and_take_images_without_a_host() -> None:
    ports = [port for container in COMPOSE.values() for port in container.get("ports", [])]

    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert all("/" not in container["image"] for container in COMPOSE.values())


def test_the_demo_server_keeps_its_anchor_date() -> None:
    assert commands.demo_command(8090, date(2026, 1, 2))[-2:] == ["--anchor", "2026-01-02"]
