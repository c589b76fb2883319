"""Imports a history file that was dropped on the page: runs `segue import` as a process, and reports its progress."""

import os
import secrets
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from ui.added import kept_name

LINES_TOLD = 6
# How much of the end of its output is read: enough for the last lines.
TAIL_BYTES = 8_000


class ImportRefused(Exception):
    """A history that is not imported; the message says why and what to do."""


@dataclass(frozen=True)
class Import:
    """How far an import is; `told` are the last lines of its output."""

    username: str
    told: tuple[str, ...]
    is_over: bool
    succeeded: bool


@dataclass
class _Running:
    username: str
    process: subprocess.Popen[bytes]
    log: Path


class Imports:
    """Runs one import at a time, since each needs the whole machine. `uploads` is the folder of uploaded files."""

    def __init__(self, home: Path, uploads: Path) -> None:
        self._home = home.absolute()
        self._uploads = uploads
        self._known: dict[str, _Running] = {}
        self._starting = threading.Lock()

    def start(self, file: str, listener: str) -> str:
        """Start an import; returns a token for `progress`. Raises `ImportRefused`, `BadName`."""
        username = kept_name(listener)
        if username.startswith("-"):
            raise ImportRefused("a listener's name cannot begin with a dash: choose another one")
        uploaded = Path(file).resolve()
        # The path comes from a browser, which must not be able to import any other file of this machine.
        if not file or not uploaded.is_relative_to(self._uploads.resolve()) or not uploaded.is_file():
            raise ImportRefused("the file did not arrive completely: drop it again")
        with self._starting:
            if any(each.process.poll() is None for each in self._known.values()):
                raise ImportRefused("another history is being imported: drop this one when that is done")
            token = secrets.token_hex(8)
            self._known[token] = self._begun(token, uploaded, username)
        return token

    def progress(self, token: str) -> Import:
        """How far the import is. Raises `ImportRefused` for an unknown token."""
        running = self._known.get(token)
        if running is None:
            raise ImportRefused("this import is unknown: the app has been restarted since")
        status = running.process.poll()
        return Import(running.username, _tail(running.log), status is not None, status == 0)

    def _begun(self, token: str, file: Path, username: str) -> _Running:
        log = self._home / "logs" / f"import-{token}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "flows", "import", str(file), "--listener", username]
        environment = {**os.environ, "SEGUE_HOME": str(self._home), "NO_COLOR": "1"}
        with log.open("wb") as output:
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
        threading.Thread(target=_forget, args=(process, file), name="segue-import", daemon=True).start()
        return _Running(username, process, log)


def _forget(process: subprocess.Popen[bytes], file: Path) -> None:
    """Delete the uploaded file once the import has ended: it is landed by then, or was no history."""
    process.wait()
    file.unlink(missing_ok=True)


def _tail(log: Path) -> tuple[str, ...]:
    try:
        written = log.read_bytes()[-TAIL_BYTES:]
    except FileNotFoundError:
        return ()
    lines = (line.strip() for line in written.decode(errors="replace").splitlines())
    return tuple(line for line in lines if line)[-LINES_TOLD:]
