"""This machine's processes with their descendants, locks between processes, and ports in use."""

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
    """All descendants of the process, whatever session or group they have moved to."""
    try:
        return {child.pid for child in psutil.Process(pid).children(recursive=True)}
    except psutil.NoSuchProcess:
        return set()


def carrying(name: str, value: str) -> set[int]:
    """All processes started with this environment variable, whatever their parent is now."""
    processes = psutil.process_iter(["environ"])
    return {process.pid for process in processes if (process.info["environ"] or {}).get(name) == value}


def alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def signal_group(leader: int, number: signal.Signals) -> None:
    """Signal a process and its whole group; does nothing if it has ended."""
    # macOS answers "not permitted" for a group in which only the dead leader is left.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)


def kill(pid: int) -> None:
    """End a process that has not ended by itself."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def end_with_parent() -> None:
    """Have the kernel end this process when its parent dies (Linux only)."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def locked(path: Path) -> tuple[int, ...]:
    """A descriptor that holds the file's lock, or an empty tuple if another process holds it."""
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
    """Whether a server could bind the port now; lingering connections of an earlier server do not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCALHOST, port))
        except OSError:
            return False
        return True


def free_port(preferred: int) -> int:
    """The preferred port, or any other if that is taken."""
    if is_free(preferred):
        return preferred
    with socket.socket() as probe:
        probe.bind((LOCALHOST, 0))
        return int(probe.getsockname()[1])
