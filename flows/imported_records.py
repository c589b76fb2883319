"""The records of an imported file that is nobody's history: landed whole or not at all, once for one content."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from flows.landing import Page, land

RECORDS_PER_PAGE = 10_000
Record = Mapping[str, str]


@dataclass(frozen=True)
class Kind:
    """What the file is about: where its pages lie below bronze, and which format it had."""

    source: str
    method: str
    form: str


def land_records(kind: Kind, records: Iterator[Record], bronze: Path, progress: Callable[[int], None]) -> str:
    """Land a file's records, all or none; return the digest that they are known by. The file's name is not kept."""
    home = bronze / kind.source / kind.method
    home.mkdir(parents=True, exist_ok=True)
    staging = home / f".{os.getpid()}" / "unfinished"
    fetched_at, digest, rows = datetime.now(UTC), hashlib.sha256(), 0
    try:
        for number, body in enumerate(_bodies(records), start=1):
            digest.update(body.encode())
            rows += RECORDS_PER_PAGE
            progress(rows)
            page = Page(kind.source, kind.method, "", {"form": kind.form, "page": str(number)}, body)
            land(page, staging, f"records-{number:06}", fetched_at=fetched_at)
        if staging.exists() and not (home / digest.hexdigest()).exists():
            staging.rename(home / digest.hexdigest())
    finally:
        shutil.rmtree(staging.parent, ignore_errors=True)
    return digest.hexdigest()


def _bodies(records: Iterator[Record]) -> Iterator[str]:
    while page := list(islice(records, RECORDS_PER_PAGE)):
        yield json.dumps(page, ensure_ascii=False, separators=(",", ":"))
