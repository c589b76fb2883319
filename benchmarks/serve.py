"""How fast lists are served, with server and load on the same cores: 1,000 listeners with 1,000 candidates each.

`make bench-serve`, or `python -m benchmarks.serve --listeners 100 --seconds 10` for a shorter run. Every request asks
for 50 full recommendations of a random listener. In the middle of the first run a new version is published.
"""

import argparse
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from benchmarks.http_load import Measured, at_rate, saturated
from benchmarks.served_store import listener, write_store

RATE = 1_000
RATE_CONNECTIONS = 64
SATURATED_CONNECTIONS = 16
SATURATED_SECONDS = 10.0
READY_WITHIN = 60.0
# The time in the second version, by which it is recognized.
PUBLISHED_AGAIN = "2026-06-02T12:00:00Z"
PUBLISHING = Path(__file__).with_name("publish_again.py")
STRATEGIES = ("similar_artist", "similar_tag", "deep_cut", "old_favorite")


def measure(home: Path, listeners: int, candidates: int, seconds: float) -> bool:
    """Run all measurements and print them; return whether nothing failed."""
    size = write_store(home / "served", listeners, candidates)
    print(f"{listeners:,} listeners x {candidates:,} candidates: a file of {size / 2**20:,.0f} MiB")
    print(f"{os.cpu_count()} cores for server and load together, load average {os.getloadavg()[0]:.1f} at the start")
    with _served(home) as (port, server):
        _ready(port)
        _check(port)
        publishing = threading.Timer(seconds / 2, _publish, [home / "served"])
        publishing.start()
        tell = _telling(f"{RATE:,} requests/s for {seconds:.0f} s, a version published in the middle", server)
        rated = tell(at_rate(port, _plain(listeners), RATE, seconds, RATE_CONNECTIONS))
        publishing.join()
        again = httpx.get(f"http://127.0.0.1:{port}/health/ready").json()["published_at"] == PUBLISHED_AGAIN
        print(f"  the new version is served: {'yes' if again else 'NO'}")
        tell = _telling(f"saturated, {SATURATED_CONNECTIONS} connections, plain lists", server)
        plain = tell(saturated(port, _plain(listeners), SATURATED_SECONDS, SATURATED_CONNECTIONS))
        tell = _telling("the same, by strategies, mode, adventurousness and cap, hardly two alike", server)
        picked = tell(saturated(port, _picked(listeners), SATURATED_SECONDS, SATURATED_CONNECTIONS))
        print(f"server: {_memory(server):,.0f} MiB resident now, {_most_memory(server):,.0f} MiB at most")
    print(f"p99 {rated.percentile(99):.2f} ms")
    return again and not (rated.failures or plain.failures or picked.failures)


def _plain(listeners: int) -> Iterator[bytes]:
    chance = random.Random(2)
    asked = [_request(f"/api/v1/listeners/{listener(number)}/recommendations?limit=50") for number in range(listeners)]
    while True:
        yield chance.choice(asked)


def _picked(listeners: int) -> Iterator[bytes]:
    """Requests of which hardly two are alike, so that cached answers do not help."""
    chance = random.Random(3)
    while True:
        query = (
            f"limit=50&strategies={chance.choice(STRATEGIES)},{chance.choice(STRATEGIES)}"
            f"&mode={chance.choice(('discover', 'familiar', 'balanced'))}"
            f"&adventurousness={chance.random():.4f}&per_artist={chance.randint(1, 3)}"
        )
        yield _request(f"/api/v1/listeners/{listener(chance.randrange(listeners))}/recommendations?{query}")


def _request(target: str) -> bytes:
    return f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


def _publish(served: Path) -> None:
    """Publish a full new version as jobs/publish.py does, by another process."""
    subprocess.run([sys.executable, "-S", str(PUBLISHING), str(served), PUBLISHED_AGAIN], check=True)


@contextmanager
def _served(home: Path) -> Iterator[tuple[int, psutil.Process]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {"SEGUE_HOME": str(home)}
    serving = [sys.executable, "-m", "flows", "serve", "--port", str(port)]
    server = subprocess.Popen(serving, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield port, psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait()


def _ready(port: int) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while True:
        try:
            httpx.get(f"http://127.0.0.1:{port}/health/ready").raise_for_status()
        except httpx.HTTPError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def _check(port: int) -> None:
    """Raises `ValueError` if an answer is not fifty full recommendations."""
    answer = httpx.get(f"http://127.0.0.1:{port}/api/v1/listeners/{listener(0)}/recommendations?limit=50").json()
    if answer["count"] != 50 or not all(row["reasons"] and row["tags"] for row in answer["recommendations"]):
        raise ValueError("a list is not what was asked for")


def _telling(what: str, server: psutil.Process) -> Callable[[Measured], Measured]:
    """A function that prints what was measured since this call, and what it cost the server."""
    before = server.cpu_times()

    def tell(measured: Measured) -> Measured:
        after = server.cpu_times()
        answers = max(1, len(measured.latencies))
        cost = (after.user + after.system - before.user - before.system) / answers
        print(
            f"{what}: {answers:,} answers of {measured.bytes_received / answers:,.0f} bytes,"
            f" {measured.per_second:,.0f}/s, p50 {measured.percentile(50):.2f} p95 {measured.percentile(95):.2f}"
            f" p99 {measured.percentile(99):.2f} max {measured.percentile(100):.1f} ms,"
            f" {cost * 1e6:.0f} us of the server each, {len(measured.failures)} failed"
        )
        for failure in measured.failures[:3]:
            print(f"  {failure!r}")
        return measured

    return tell


def _memory(server: psutil.Process) -> float:
    return float(server.memory_info().rss) / 2**20


def _most_memory(server: psutil.Process) -> float:
    status = Path(f"/proc/{server.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 2**10


def main() -> int:
    """Measure in a temporary home; exit status 1 if something failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listeners", type=int, default=1_000)
    parser.add_argument("--candidates", type=int, default=1_000, help="of each listener")
    parser.add_argument("--seconds", type=float, default=60.0, help=f"of the run at {RATE:,} requests/s")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        return 0 if measure(Path(home), asked.listeners, asked.candidates, asked.seconds) else 1


if __name__ == "__main__":
    sys.exit(main())
