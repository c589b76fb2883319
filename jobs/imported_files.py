"""Imported files that are nobody's history: which are still to be consumed, and what became of each one's rows."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from jobs.bronze import pages
from jobs.lake import Lake, Table, literal_rows
from jobs.listeners import quoted
from jobs.report import Consumed
from jobs.silver import ingest_log


def pending(lake: Lake, landed: Mapping[str, list[Path]]) -> dict[str, list[Path]]:
    """Those of the landed files, each with its pages, that no run has consumed."""
    consumed = pages.consumed(lake, ingest_log.TABLE) if landed else set()
    return {file: paths for file, paths in landed.items() if file not in consumed}


def accounts(typed: DataFrame, files: Collection[str], new: Mapping[str, int]) -> tuple[Consumed, ...]:
    """By file: read = new + duplicate + quarantined. `typed` has `file` and `refusal`."""
    by_reason = typed.groupBy("file", "refusal").agg(F.count("*").alias("rows")).collect()
    return tuple(_account(file, [row for row in by_reason if row.file == file], new.get(file, 0)) for file in files)


def log(lake: Lake, source: str, consumed: Collection[Consumed], now: datetime) -> None:
    """Note the files in silver.ingest_log, which makes them consumed."""
    rows: list[Sequence[object]] = [
        (one.batch_id, "", source, one.read, one.new, one.duplicate, one.quarantined, list(one.reasons.items()), now)
        for one in consumed
    ]
    lake.insert_new(ingest_log.TABLE, literal_rows(lake.spark, ingest_log.TABLE, rows))


def told_first_by(lake: Lake, table: Table, files: Collection[str]) -> DataFrame:
    """The table's rows that carry these files' digests."""
    return lake.read(table).where(f"batch_id IN ({', '.join(map(quoted, files))})")


def _account(file: str, by_reason: Collection[Row], new: int) -> Consumed:
    counts = {row.refusal: row.rows for row in by_reason}
    read = sum(counts.values())
    reasons = {reason: count for reason, count in counts.items() if reason}
    refused = sum(reasons.values())
    return Consumed(file, "", read, new, read - new - refused, refused, reasons)
