"""An HTTP load generator in one process, light enough to share two cores with the server that it measures.

Latencies are measured from when a request was due, not from when it could be sent: if a server stalls for a second,
all requests that had to wait count as slow (no coordinated omission).
"""

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import cast

import uvloop

HEADERS_END = b"\r\n\r\n"
LENGTH = b"content-length: "
OK = b"HTTP/1.1 200"
TICK_SECONDS = 0.001
# How long to wait for answers after the last request was due.
PATIENCE_SECONDS = 10.0


@dataclass
class Measured:
    """The results of a run; latencies in seconds."""

    latencies: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    bytes_received: int = 0
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """Answers per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, percent: float) -> float:
        """This percentile of the latencies in milliseconds, by nearest rank; infinite if there were no answers."""
        if not self.latencies:
            return math.inf
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] * 1000


class _Connection(asyncio.Protocol):
    """One keep-alive connection; sends one request at a time."""

    def __init__(self, measured: Measured, idle: Callable[["_Connection"], None]) -> None:
        self._measured = measured
        self._idle = idle
        self._transport: asyncio.Transport
        self._head = b""
        self._missing = 0
        self._due = 0.0
        self.waiting = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transport behaves as an asyncio.Transport but is no subclass of it.
        self._transport = cast("asyncio.Transport", transport)

    def ask(self, request: bytes, due: float) -> None:
        """Send a request, which was due at `due`."""
        self._due, self.waiting = due, True
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._measured.bytes_received += len(data)
        if self._missing:
            self._missing -= len(data)
        else:
            self._head += data
            end = self._head.find(HEADERS_END)
            if end < 0:
                return
            self._missing = _length(self._head[:end]) - (len(self._head) - end - len(HEADERS_END))
        if self._missing == 0:
            self._answered()

    def _answered(self) -> None:
        if self._head.startswith(OK):
            self._measured.latencies.append(time.perf_counter() - self._due)
        else:
            self._measured.failures.append(self._head[:300].decode("latin-1"))
        self._head, self.waiting = b"", False
        self._idle(self)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.waiting:
            self._measured.failures.append(f"the connection ended before the answer: {exc}")

    def close(self) -> None:
        self.waiting = False
        self._transport.close()


def _length(head: bytes) -> int:
    start = head.lower().index(LENGTH) + len(LENGTH)
    return int(head[start:].split(b"\r\n", 1)[0])


def at_rate(port: int, requests: Iterator[bytes], per_second: int, seconds: float, connections: int) -> Measured:
    """Send a request every 1 / per_second s, whether earlier ones are answered or not."""
    return uvloop.run(_at_rate(port, requests, per_second, seconds, connections))


def saturated(port: int, requests: Iterator[bytes], seconds: float, connections: int) -> Measured:
    """Send the next request on each connection as soon as the last one is answered."""
    return uvloop.run(_saturated(port, requests, seconds, connections))


async def _at_rate(port: int, requests: Iterator[bytes], per_second: int, seconds: float, connections: int) -> Measured:
    measured = Measured()
    free: deque[_Connection] = deque()
    due: deque[float] = deque()

    def send() -> None:
        while free and due:
            free.popleft().ask(next(requests), due.popleft())

    def idle(connection: _Connection) -> None:
        free.append(connection)
        send()

    free.extend(await _connected(port, connections, measured, idle))
    every = list(free)
    start, number = time.perf_counter(), 0
    while number < per_second * seconds:
        now = time.perf_counter()
        while number < per_second * seconds and start + number / per_second <= now:
            due.append(start + number / per_second)
            number += 1
        send()
        await asyncio.sleep(TICK_SECONDS)
    await _drained(every, due)
    measured.seconds = time.perf_counter() - start
    for connection in every:
        connection.close()
    return measured


async def _saturated(port: int, requests: Iterator[bytes], seconds: float, connections: int) -> Measured:
    measured = Measured()
    start = time.perf_counter()
    end = start + seconds

    def idle(connection: _Connection) -> None:
        now = time.perf_counter()
        if now < end:
            connection.ask(next(requests), now)

    every = await _connected(port, connections, measured, idle)
    for connection in every:
        idle(connection)
    await asyncio.sleep(seconds)
    await _drained(every, deque())
    measured.seconds = time.perf_counter() - start
    for connection in every:
        connection.close()
    return measured


async def _connected(
    port: int, connections: int, measured: Measured, idle: Callable[[_Connection], None]
) -> list[_Connection]:
    loop = asyncio.get_running_loop()
    pairs = [
        await loop.create_connection(lambda: _Connection(measured, idle), "127.0.0.1", port) for _ in range(connections)
    ]
    return [connection for _, connection in pairs]


async def _drained(connections: list[_Connection], due: deque[float]) -> None:
    """Wait until all requests are answered, or `PATIENCE_SECONDS` have passed."""
    deadline = time.perf_counter() + PATIENCE_SECONDS
    while (due or any(each.waiting for each in connections)) and time.perf_counter() < deadline:
        await asyncio.sleep(TICK_SECONDS)
