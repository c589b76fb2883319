"""Removes a source from a listener's plays: plays that only it saw, and the lake's log of its pages."""

from pyspark.sql import functions as F

from jobs.audit import Gate
from jobs.lake import USER_BUCKETS, Lake, Table
from jobs.listeners import Listeners, quoted
from jobs.merging import take_out
from jobs.report import Report
from jobs.silver import ingest_log, plays, quarantine
from jobs.tables import TABLES


def forget_source(lake: Lake, listener: str, source: str, gate: Gate) -> Report:
    """Remove the source's sightings from the listener's plays, then its rows in quarantine and ingest_log.

    Each step does nothing if it was done, so after a kill it is simply repeated. If the listener has no plays left,
    nothing of them is kept. Raises `GateClosed` before anything is written.
    """
    whose = Listeners.named(lake.spark, [listener], USER_BUCKETS)
    outcome = take_out(lake, whose, lambda seen: seen.where(F.col("source") != source), gate)
    told = f"username = {quoted(listener)} AND source = {quoted(source)}"
    for table in (quarantine.TABLE, ingest_log.TABLE):
        clear(lake, table, told)
    if whose.of(lake.read(plays.TABLE)).isEmpty():
        clear_what_follows(lake, whose)
    return Report(written=outcome.written, gates=outcome.gates)


def clear_what_follows(lake: Lake, whose: Listeners) -> None:
    """Delete the rows of listeners without plays from all tables."""
    for table in TABLES:
        if table.of_listeners and table != plays.TABLE:
            clear(lake, table, whose.condition)


def clear(lake: Lake, table: Table, where: str) -> bool:
    """Delete the rows that satisfy the condition; return whether there were any. If not, nothing is written."""
    rows = lake.read(table)
    there = not rows.where(where).isEmpty()
    if there:
        lake.replace(table, rows.where("false"), where)
    return there
