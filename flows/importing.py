"""`segue import`: files are landed, become plays, are learned about, and built from."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flows import engine
from flows.accounts import LASTFM, account_of
from flows.asking import AlreadyAsking
from flows.enriching import CALLS
from flows.histories import land_files
from flows.listening_source import listening_source
from flows.settings import Settings
from flows.sources.errors import SourceError
from flows.sources.mapping import Mapped
from flows.terminal import accounting, progress, say, say_refusals, say_written
from flows.under_way import build as build_now
from flows.under_way import enrich as enrich_now
from jobs.bronze.pages import batch_id
from jobs.failures import explained


@dataclass(frozen=True)
class Import:
    """What is imported, as whose, and as of when recency is then measured."""

    files: tuple[Path, ...]
    listener: str
    timezone: str
    mapped: Mapped | None
    as_of: datetime | None


def import_files(settings: Settings, wanted: Import, *, build: bool, enrich: bool) -> None:
    """Import, and account for every row in the last line. Raises `NotAHistory` before anything is landed."""
    batches = [batch_id(page) for page in _landed(settings, wanted)]
    tables = engine.EVERYTHING if build else engine.PLAYS
    report = build_now(settings, tables, listeners=[wanted.listener], as_of=wanted.as_of, batches=batches)
    ours = [batch for batch in report.consumed if batch.batch_id in set(batches)]
    say_refusals(ours)
    say_written(report)
    if enrich:
        _enrich(settings, wanted.listener)
    say(accounting(ours))


def can_ask_about(settings: Settings, accounts: Sequence[str] = ()) -> bool:
    """Whether somebody can be asked about real music, which the demo server does not know; says where nobody can."""
    real = not accounts or any(account_of(one).service != LASTFM for one in accounts)
    if not (settings.uses_demo_server and real):
        return True
    say("Similar artists, tags and deep cuts need facts about music: set LASTFM_API_KEY, then run 'segue enrich'")
    return False


def _landed(settings: Settings, wanted: Import) -> list[Path]:
    with explained(settings.home), progress() as bars:
        task = bars.add_task(f"read {wanted.listener}'s history", total=None)

        def understood(expected: int) -> None:
            engine.warm_up(settings)
            bars.update(task, total=expected)

        return land_files(
            wanted.files,
            listener=wanted.listener,
            timezone=wanted.timezone,
            bronze=settings.home / "bronze",
            understood=understood,
            say=say,
            progress=lambda rows: bars.update(task, completed=rows, description=f"read {rows:,} rows"),
            mapped=wanted.mapped,
        )


def _enrich(settings: Settings, listener: str) -> None:
    """Learn about an imported history's music; the import is done, whether or not a source can be asked."""
    if not can_ask_about(settings):
        return
    try:
        with listening_source(settings) as source:
            enrich_now(settings, source, [listener], CALLS)
    except (AlreadyAsking, SourceError) as error:
        print(f"segue: no facts were fetched, run 'segue enrich' later: {error}", file=sys.stderr)
