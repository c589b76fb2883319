"""`segue import`: lands files, builds plays and recommendations from them, and fetches facts about their music."""

import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flows import engine
from flows.asking import AlreadyAsking
from flows.catalogue_source import catalogue_source
from flows.enriching import CALLS
from flows.histories import land_files
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
    """What to import, for which listener, and `as_of`, at which recency is measured in the build after it."""

    files: tuple[Path, ...]
    listener: str
    timezone: str
    mapped: Mapped | None
    as_of: datetime | None


def import_files(settings: Settings, wanted: Import, *, build: bool, enrich: bool) -> None:
    """Import, and account for every row in the last line printed. Raises `NotAHistory` before anything is landed."""
    batches = [batch_id(page) for page in _landed(settings, wanted)]
    tables = engine.EVERYTHING if build else engine.PLAYS
    report = build_now(settings, tables, listeners=[wanted.listener], as_of=wanted.as_of, batches=batches)
    ours = [batch for batch in report.consumed if batch.batch_id in set(batches)]
    say_refusals(ours)
    say_written(report)
    if enrich:
        _enrich(settings, wanted.listener)
    say(accounting(ours))


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
    """Fetch facts about an imported history's music; the import stands even if no provider can be asked."""
    try:
        with catalogue_source(settings, [listener]) as providers:
            enrich_now(settings, providers, [listener], CALLS)
    except (AlreadyAsking, SourceError) as error:
        print(f"segue: no facts were fetched, run 'segue enrich' later: {error}", file=sys.stderr)
