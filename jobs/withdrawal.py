"""A source taken back from a listener: what it alone saw goes, and with it all that the lake notes of its pages."""

from pyspark.sql import functions as F

from jobs.audit import Gate
from jobs.lake import USER_BUCKETS, Lake, Table
from jobs.listeners import Listeners, quoted
from jobs.merging import take_out
from jobs.report import Report
from jobs.silver import ingest_log, plays, quarantine
from jobs.tables import TABLES


def forget_source(lake: Lake, listener: str, source: str, gate: Gate) -> Report:
    """Take the source's sightings out of the listener's plays, then what is noted of its pages.

    Each step finds nothing to do where it was done: after a kill it is simply run again. Of a listener who has no play
    left nothing is kept. Raises `GateClosed` before anything is written.
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
    """Keep nothing of listeners who have no play."""
    for table in TABLES:
        if table.of_listeners and table != plays.TABLE:
            clear(lake, table, whose.condition)


def clear(lake: Lake, table: Table, where: str) -> bool:
    """Take the rows of which this is true out of the table; whether there was any: else nothing is written."""
    rows = lake.read(table)
    there = not rows.where(where).isEmpty()
    if there:
        lake.replace(table, rows.where("false"), where)
    return there
