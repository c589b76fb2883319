"""`segue community …`: what many people listen to, which listeners like you are found among."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from flows import engine
from flows.landing import Page, land
from flows.settings import read_settings
from flows.sources.community_file import CommunityFile, Record, inspect
from flows.terminal import accounting, progress, say, say_refusals, say_written
from flows.under_way import build as build_now
from jobs.failures import explained

SOURCE, METHOD = "community", "listens"
RECORDS_PER_PAGE = 10_000
app = typer.Typer(no_args_is_help=True, help="What many people listen to: whom listeners like you are found among.")


@app.callback()
def _group() -> None:
    """What many people listen to."""


@app.command("import")
def import_community(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="HetRec, LightGCN, ListenBrainz or triplets.")],
    *,
    no_build: Annotated[bool, typer.Option("--no-build", help="Keep the rows; fit and build later.")] = False,
) -> None:
    """Read who listens to what from files, without anybody's name, and fit the model of listeners like you."""
    settings = read_settings()
    with explained(settings.home), progress() as bars:
        task = bars.add_task("read", total=None)
        understood = inspect(files)
        engine.warm_up(settings)
        landed = [
            land_community(one, settings.home / "bronze", lambda rows: bars.update(task, description=f"read {rows:,}"))
            for one in understood
        ]
    steps = engine.COMMUNITY_PLAYS if no_build else (*engine.COMMUNITY, *engine.CANDIDATES)
    report = build_now(settings, steps, batches=landed)
    ours = [batch for batch in report.consumed if batch.batch_id in set(landed)]
    say_refusals(ours)
    say_written(report)
    say(accounting(ours))


def land_community(file: CommunityFile, bronze: Path, progress: Callable[[int], None]) -> str:
    """Land a file's records, all or none, once for one content; return the digest that they are known by.

    Neither the file's name is kept nor anybody's in it.
    """
    home = bronze / SOURCE / METHOD
    home.mkdir(parents=True, exist_ok=True)
    staging = home / f".{os.getpid()}" / "unfinished"
    fetched_at, digest, rows = datetime.now(UTC), hashlib.sha256(), 0
    try:
        for number, body in enumerate(_bodies(file.records()), start=1):
            digest.update(body.encode())
            rows += RECORDS_PER_PAGE
            progress(rows)
            page = Page(SOURCE, METHOD, "", {"form": file.form, "page": str(number)}, body)
            land(page, staging, f"records-{number:06}", fetched_at=fetched_at)
        if staging.exists() and not (home / digest.hexdigest()).exists():
            staging.rename(home / digest.hexdigest())
    finally:
        shutil.rmtree(staging.parent, ignore_errors=True)
    return digest.hexdigest()


def _bodies(records: Iterator[Record]) -> Iterator[str]:
    while page := list(islice(records, RECORDS_PER_PAGE)):
        yield json.dumps(page, ensure_ascii=False, separators=(",", ":"))


def landed_now(files: Sequence[Path], bronze: Path) -> list[str]:
    """Land these files, in silence; the digests that they are known by."""
    return [land_community(one, bronze, lambda _: None) for one in inspect(files)]
