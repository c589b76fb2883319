"""Reports what became of each landed batch, from silver.ingest_log."""

from collections.abc import Collection
from dataclasses import replace

from pyspark.sql import Row

from jobs.lake import Lake
from jobs.listeners import quoted
from jobs.report import Consumed
from jobs.silver import ingest_log


def account(row: Row) -> Consumed:
    """A row of the log as part of a report."""
    return Consumed(row.batch_id, row.username, row.read, row.new, row.duplicate, row.quarantined, row.reasons)


def earlier(lake: Lake, batches: Collection[str]) -> tuple[Consumed, ...]:
    """The accounts of batches that an earlier run consumed; rows that were new then are duplicates now."""
    if not batches:
        return ()
    log = lake.read(ingest_log.TABLE)
    rows = log.where(f"batch_id IN ({', '.join(map(quoted, batches))})").orderBy("batch_id").collect()
    return tuple(replace(account(row), new=0, duplicate=row.read - row.quarantined) for row in rows)
