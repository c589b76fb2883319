"""Raw pages on disk, written completely or not at all, never edited.

A page's path is `bronze/<source>/<method>/<listener>/<window>/<name>.<batch_id>.json.gz`; that of an answer about
music, which is the same for every listener, is `bronze/<source>/<method>/<day>/<subject>.<batch_id>.json.gz`. The
batch id is a hash of what was sent, so landing the same page twice leaves one file, and a job can see from the names
alone which pages it has consumed.
"""

import gzip
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

IDENTITY = ("artist", "album", "track", "tag", "asked_at")


@dataclass(frozen=True)
class Page:
    """One answer as it was sent, with its request (never the key). All request values are text."""

    source: str
    method: str
    listener: str
    request: Mapping[str, str]
    body: str
    status: int = 200

    @property
    def batch_id(self) -> str:
        """sha256 of listener, source and body, and of the time zone given for a file's times if it is not UTC."""
        zone = self.request.get("timezone", "UTC")
        identity = (self.listener, self.source, self.body, *(() if zone == "UTC" else (zone,)))
        return hashlib.sha256("\n".join(identity).encode()).hexdigest()


@dataclass(frozen=True)
class CatalogueAnswer(Page):
    """One answer about music, as it was sent; the request has the question, and the time in `asked_at`."""

    @property
    def batch_id(self) -> str:
        """sha256 of the question, its time, the source and the body: the same answer a week later is another batch."""
        asked = (self.request.get(name, "") for name in IDENTITY)
        identity = (self.method, *asked, self.source, self.body)
        return hashlib.sha256("\n".join(identity).encode()).hexdigest()


def folder_of(bronze: Path, source: str, method: str, listener: str) -> Path:
    """The folder of one listener's pages of one method; any name is safe as a folder."""
    return bronze / source / method.lower() / in_path(listener)


def in_path(name: str) -> str:
    """The name, percent-encoded for use as a folder's name or a part of it."""
    return quote(name, safe="").replace(".", "%2E")


def land(page: Page, folder: Path, name: str, *, fetched_at: datetime | None = None) -> Path:
    """Write the page into the folder as `<name>.<batch_id>.json.gz`, atomically; return its path."""
    path = folder / f"{name}.{page.batch_id}.json.gz"
    if not path.exists():
        write_whole(path, gzip.compress(_envelope(page, fetched_at or datetime.now(UTC)), mtime=0))
    return path


def land_answer(answer: CatalogueAnswer, bronze: Path, subject: str, *, fetched_at: datetime) -> Path:
    """Land a source's answer about a subject in the folder of the answer's day in UTC; return its path."""
    folder = bronze / answer.source / answer.method.lower() / fetched_at.astimezone(UTC).date().isoformat()
    return land(answer, folder, hashlib.sha256(subject.encode()).hexdigest()[:16], fetched_at=fetched_at)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file atomically: a reader, or a restart after a power cut, sees all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".landing-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)


def _envelope(page: Page, fetched_at: datetime) -> bytes:
    request = {"source": page.source, "method": page.method, "listener": page.listener, **page.request}
    content = {"request": request, "fetched_at": fetched_at.isoformat(), "status": page.status, "body": page.body}
    return json.dumps(content, ensure_ascii=False).encode()
