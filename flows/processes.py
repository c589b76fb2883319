"""What runs on this machine: processes and what descends from them, locks between them, ports that are taken."""

import ctypes
import fcntl
import os
import signal
import socket
from contextlib import suppress
from pathlib import Path

import psutil

LOCALHOST = "127.0.0.1"
PR_SET_PDEATHSIG = 1


def descendants(pid: int) -> set[int]:
    """Every process below this one, whatever session or group it has moved to."""
    try:
        return {child.pid for child in psutil.Process(pid).children(recursive=True)}
    except psutil.NoSuchProcess:
        return set()


def carrying(name: str, value: str) -> set[int]:
    """Every process that was started with this in its environment, whoever is its parent by now."""
    processes = psutil.process_iter(["environ"])
    return {process.pid for process in processes if (process.info["environ"] or {}).get(name) == value}


def alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and waits to be collected does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def signal_group(leader: int, number: signal.Signals) -> None:
    """Signal a process with its whole group; nothing happens where it has ended."""
    # macOS answers "not permitted" for a group of which only the dead leader is left.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def kill(pid: int) -> None:
    """End a process that has not ended by itself."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def end_with_parent() -> None:
    """Have the kernel end this process when its parent is killed (Linux only)."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def locked(path: Path) -> tuple[int, ...]:
    """A descriptor that holds the file's lock, or none while another process holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return ()
    return (descriptor,)


def is_listening(port: int) -> bool:
    """Whether something on this machine answers on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOCALHOST, port)) == 0


def is_free(port: int) -> bool:
    """Whether a server could take the port now; connections of an earlier one that linger do not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCALHOST, port))
        except OSError:
            return False
        return True


def free_port(preferred: int) -> int:
    """The preferred port, or any other where that is taken."""
    if is_free(preferred):
        return preferred
    with socket.socket() as probe:
        probe.bind((LOCALHOST, 0))
        return int(probe.getsockname()[1])
