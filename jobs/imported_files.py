"""Imported files that are no listener's history: which are not consumed yet, and what became of their rows."""

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
    """The landed files that are not consumed yet, each with its pages."""
    consumed = pages.consumed(lake, ingest_log.TABLE) if landed else set()
    return {file: paths for file, paths in landed.items() if file not in consumed}


def accounts(typed: DataFrame, files: Collection[str], new: Mapping[str, int]) -> tuple[Consumed, ...]:
    """By file: read = new + duplicate + quarantined. `typed` has `file` and `refusal`."""
    by_reason = typed.groupBy("file", "refusal").agg(F.count("*").alias("rows")).collect()
    return tuple(_account(file, [row for row in by_reason if row.file == file], new.get(file, 0)) for file in files)


def log(lake: Lake, source: str, consumed: Collection[Consumed], now: datetime) -> None:
    """Add the files to silver.ingest_log, which marks them as consumed."""
    rows: list[Sequence[object]] = [
        (one.batch_id, "", source, one.read, one.new, one.duplicate, one.quarantined, list(one.reasons.items()), now)
        for one in consumed
    ]
    lake.insert_new(ingest_log.TABLE, literal_rows(lake.spark, ingest_log.TABLE, rows))


def told_first_by(lake: Lake, table: Table, files: Collection[str]) -> DataFrame:
    """The table's rows with these files' digests as batch_id."""
    return lake.read(table).where(f"batch_id IN ({', '.join(map(quoted, files))})")


def _account(file: str, by_reason: Collection[Row], new: int) -> Consumed:
    counts = {row.refusal: row.rows for row in by_reason}
    read = sum(counts.values())
    reasons = {reason: count for reason, count in counts.items() if reason}
    refused = sum(reasons.values())
    return Consumed(file, "", read, new, read - new - refused, refused, reasons)
