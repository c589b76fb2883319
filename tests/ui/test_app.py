"""Starting and stopping the app."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.ui.conftest import RunApp
from ui.app import CannotListen, serve, start


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.mark.parametrize("begin", [serve, start])
def test_a_busy_port_is_told_in_one_line(home: Path, busy_port: int, begin: Callable[[Path, int], object]) -> None:
    with pytest.raises(CannotListen, match=f"port {busy_port} on 127.0.0.1 is in use"):
        begin(home, busy_port)


def test_a_host_that_is_not_this_machine_is_not_called_busy(home: Path) -> None:
    with pytest.raises(CannotListen, match=r"port 7860 of 192\.0\.2\.1 \(.*\): choose another port or host"):
        serve(home, 7860, "192.0.2.1")


def test_an_app_in_a_thread_answers_when_ready_and_frees_its_port_when_stopped(home: Path) -> None:
    running = start(home, 0)
    running.wait_until_ready()
    assert httpx.get(f"{running.url}/health/live").status_code == 200

    running.stop()

    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{running.url}/health/live")


def test_the_page_may_load_nothing_from_elsewhere(run_app: RunApp) -> None:
    policy = httpx.get(run_app().url).headers["content-security-policy"]

    assert "default-src 'self'" in policy
    assert "http" not in policy


def test_where_nothing_is_built_the_first_answer_says_so_and_what_to_do(run_app: RunApp) -> None:
    url = run_app().url

    for view in ("next", "listening"):
        first = httpx.get(f"{url}/?view={view}").text
        assert "Nothing built yet" in first and "segue demo" in first


def test_answers_on_a_kept_connection_are_not_held_back(run_app: RunApp) -> None:
    with httpx.Client(base_url=run_app().url) as client:
        took = sorted(client.get("/health/live").elapsed.total_seconds() for _ in range(15))

    # Nagle's algorithm against a delayed acknowledgement costs 40 ms each.
    assert took[len(took) // 2] < 0.03
