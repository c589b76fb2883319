"""Lands records of imported files that are no listener's history: all or none, and the same content only once."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TypeVar

from flows import engine
from flows.landing import Page, land
from flows.settings import read_settings
from flows.terminal import accounting, progress, say, say_refusals, say_written
from flows.under_way import build
from jobs.failures import explained

RECORDS_PER_PAGE = 10_000
Record = Mapping[str, str]
Told = Callable[[int], None]
Understood = TypeVar("Understood")


@dataclass(frozen=True)
class Kind:
    """The kind of file: the source and method of its pages' folder in bronze, and the file's format."""

    source: str
    method: str
    form: str


def import_files(
    files: Sequence[Path],
    inspect: Callable[[Sequence[Path]], Sequence[Understood]],
    land_file: Callable[[Understood, Path, Told], str],
    steps: Sequence[str],
) -> None:
    """Land the files with progress, build these steps, and account for every row in the last line printed."""
    settings = read_settings()
    with explained(settings.home), progress() as bars:
        task = bars.add_task("read", total=None)
        understood = inspect(files)
        engine.warm_up(settings)
        landed = [
            land_file(one, settings.home / "bronze", lambda rows: bars.update(task, description=f"read {rows:,}"))
            for one in understood
        ]
    report = build(settings, steps, batches=landed)
    ours = [batch for batch in report.consumed if batch.batch_id in set(landed)]
    say_refusals(ours)
    say_written(report)
    say(accounting(ours))


def land_records(kind: Kind, records: Iterator[Record], bronze: Path, told: Told) -> str:
    """Land a file's records, all or none; return the digest that identifies them. The file's name is not kept."""
    home = bronze / kind.source / kind.method
    home.mkdir(parents=True, exist_ok=True)
    staging = home / f".{os.getpid()}" / "unfinished"
    fetched_at, digest, rows = datetime.now(UTC), hashlib.sha256(), 0
    try:
        for number, body in enumerate(_bodies(records), start=1):
            digest.update(body.encode())
            rows += RECORDS_PER_PAGE
            told(rows)
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
