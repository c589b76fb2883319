"""Keeps services running side by side: starts each when the services it needs are ready, and ends them together."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flows.landing import write_whole
from flows.processes import alive, carrying, descendants, end_with_parent, kill, locked, signal_group

POLL_SECONDS = 0.1
# A JVM on a busy machine of two cores is the slowest to start; a service that needs longer hangs.
READY_WITHIN_SECONDS = 180.0
# Time to end after SIGTERM: Prefect's worker first ends its flow runs, a JVM first stops its executors.
GRACE_SECONDS = 10.0
TAIL_LINES = 20
# A service that ends sooner after its start would end again, so it is not restarted.
STEADY_SECONDS = 60.0
# The variable with this process's pid, in the environment of every service and of all that it starts.
KEPT_BY = "SEGUE_KEPT_BY"


@dataclass(frozen=True)
class Service:
    """A process to keep running, as data. `once`: it counts as ready when it has ended with status 0."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    ready: Callable[[], bool] = lambda: True
    needs: Sequence[str] = ()
    url: str = ""
    once: bool = False
    again: bool = False
    """Where it ends after it has been steady it is started again."""
    lock: Path | None = None
    """A file that is locked exclusively for exactly as long as the process lives."""
    folder: Path | None = None


@dataclass
class Running:
    """A service that was started."""

    service: Service
    process: subprocess.Popen[bytes]
    log: Path
    started: float = field(default_factory=time.monotonic)
    is_ready: bool = False
    offspring: set[int] = field(default_factory=set)


class ServiceEnded(Exception):
    """A service died or never became ready; the message names it and has the end of its log."""


class Supervisor:
    """Runs all services of one home. Not thread-safe."""

    def __init__(self, services: Sequence[Service], home: Path, say: Callable[[str], None] = print) -> None:
        self._services = services
        self._home = home
        self._state = home / "run" / "services.json"
        self._say = say
        self._running: dict[str, Running] = {}
        self._done: set[str] = set()
        self._waiting_said: set[str] = set()
        self._signals = 0

    @property
    def _impatient(self) -> bool:
        """Ctrl-C was pressed again: services get no more time to end by themselves."""
        return self._signals > 1

    def run(self, on_ready: Callable[[], None] = lambda: None) -> int:
        """Start everything, and run until a signal (status 0) or until a service fails (status 1)."""
        with self._handled_signals():
            try:
                self._stay(on_ready)
            except ServiceEnded as ended:
                self._say(str(ended))
                return 1
            finally:
                self._end_all()
        return 0

    def _stay(self, on_ready: Callable[[], None]) -> None:
        told = False
        while not self._signals:
            self._start_what_can_start()
            for running in list(self._running.values()):
                self._watch(running)
            if not told and len(self._ready()) == len(self._services):
                told = True
                on_ready()
            time.sleep(POLL_SECONDS)

    def _ready(self) -> set[str]:
        return self._done | {name for name, running in self._running.items() if running.is_ready}

    def _start_what_can_start(self) -> None:
        ready = self._ready()
        for service in self._services:
            if service.name not in self._running and service.name not in self._done and ready.issuperset(service.needs):
                self._start(service)

    def _start(self, service: Service) -> None:
        descriptors: tuple[int, ...] = ()
        if service.lock is not None:
            descriptors = locked(service.lock)
            if not descriptors:
                self._say_once(service.name, f"{service.name} is waiting for running builds to finish")
                return
        log = _fresh_log(self._home / "logs" / f"{service.name}.log")
        try:
            with log.open("wb") as output:
                process = subprocess.Popen(
                    service.command,
                    env={**service.environment, KEPT_BY: str(os.getpid())},
                    cwd=service.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    pass_fds=descriptors,
                    # preexec_fn is safe since this process has no threads.
                    preexec_fn=end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
                )
        except OSError as error:
            raise ServiceEnded(f"{service.name} cannot be started: {error}") from None
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        self._running[service.name] = Running(service, process, log)

    def _watch(self, running: Running) -> None:
        service, status = running.service, running.process.poll()
        seconds = time.monotonic() - running.started
        if status == 0 and service.once:
            del self._running[service.name]
            self._done.add(service.name)
            self._say(f"  {service.name:<16} done after {seconds:.0f} s")
        elif status is not None and service.again and seconds > STEADY_SECONDS:
            self._say(f"  {service.name:<16} ended with status {status} and is being restarted")
            self._start(service)
            self._write_state()
        elif status is not None:
            raise ServiceEnded(f"{service.name} ended with status {status}; {_tail(running.log)}")
        elif not running.is_ready and not service.once and service.ready():
            running.is_ready = True
            self._write_state()
            self._say(f"  {service.name:<16} ready after {seconds:.0f} s  {service.url}".rstrip())
        elif not running.is_ready and seconds > READY_WITHIN_SECONDS:
            raise ServiceEnded(f"{service.name} was not ready within {seconds:.0f} s; {_tail(running.log)}")

    def _write_state(self) -> None:
        entries = {
            name: {"pid": running.process.pid, "url": running.service.url}
            for name, running in self._running.items()
            if running.is_ready
        }
        write_whole(self._state, json.dumps(entries, indent=1).encode())

    def _end_all(self) -> None:
        """End the services that need others first, so that a worker can still report to its server."""
        self._state.unlink(missing_ok=True)
        while self._running:
            needed = {need for running in self._running.values() for need in running.service.needs}
            wave = [running for name, running in self._running.items() if name not in needed]
            self._end(wave)
            for running in wave:
                del self._running[running.service.name]
        for pid in carrying(KEPT_BY, str(os.getpid())):
            kill(pid)

    def _end(self, wave: Sequence[Running]) -> None:
        for running in wave:
            running.offspring |= descendants(running.process.pid)
            signal_group(running.process.pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while any(_lives(running) for running in wave) and time.monotonic() < deadline and not self._impatient:
            for running in wave:
                running.offspring |= descendants(running.process.pid)
            time.sleep(POLL_SECONDS)
        for running in wave:
            signal_group(running.process.pid, signal.SIGKILL)
            for pid in running.offspring:
                kill(pid)
            running.process.wait()

    def _say_once(self, name: str, line: str) -> None:
        if name not in self._waiting_said:
            self._waiting_said.add(name)
            self._say(line)

    @contextmanager
    def _handled_signals(self) -> Iterator[None]:
        def note(*_: object) -> None:
            self._signals += 1

        before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _fresh_log(path: Path) -> Path:
    """Make room for a new log; the previous run's log is kept beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.replace(path.with_suffix(".before.log"))
    return path


def _tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()[-TAIL_LINES:]
    return "\n".join([f"the end of {log}:", *(f"  {line}" for line in lines)])


def _lives(running: Running) -> bool:
    return running.process.poll() is None or any(alive(pid) for pid in running.offspring)
