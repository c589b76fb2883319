"""Turns landed feedback into silver.feedback: each page is consumed once, every event is accounted for."""

from datetime import datetime
from pathlib import Path

from pyspark.sql import functions as F

from jobs.audit import Gate
from jobs.bronze import pages
from jobs.bronze.segue_feedback import METHOD, SOURCE, raw_feedback
from jobs.lake import Lake
from jobs.report import Report, Written
from jobs.session import at_hand
from jobs.silver import feedback, ingest_log, quarantine


def consume_feedback(lake: Lake, bronze: Path, gate: Gate, *, now: datetime) -> Report:
    """Bring the events that were not consumed yet into silver.feedback.

    Commit order: quarantine, feedback, ingest_log. A page counts as consumed when it is in the log, and none of the
    three commits adds rows that are already there, so a run that was killed is simply repeated.
    """
    pending = pending_feedback(lake, bronze)
    if not pending:
        return Report()
    envelopes = at_hand(pages.read(lake.spark, pending))
    typed = at_hand(feedback.typed(raw_feedback(envelopes)))
    accepted = at_hand(feedback.build(typed))
    refused = at_hand(quarantine.build(typed))
    if not refused.isEmpty():
        lake.insert_new(quarantine.TABLE, refused)
    buckets = [row.user_bucket for row in accepted.select("user_bucket").distinct().collect()]
    results = gate(accepted, feedback.TABLE) if buckets else ()
    if buckets:
        lake.insert_new(feedback.TABLE, accepted, buckets)
    carried = lake.read(feedback.TABLE).join(F.broadcast(envelopes.select("batch_id")), on="batch_id", how="left_semi")
    account = at_hand(ingest_log.build(envelopes, typed, carried, ingested_at=now))
    lake.insert_new(ingest_log.TABLE, account)
    (totals,) = account.agg(F.countDistinct("username").alias("listeners"), F.sum("new").alias("new")).collect()
    written = (Written(feedback.TABLE.name, totals.listeners, totals.new),) if totals.new else ()
    return Report(written=written, gates=results)


def pending_feedback(lake: Lake, bronze: Path) -> list[Path]:
    """The landed pages of feedback that are not in the log; runs no Spark job if none was ever landed."""
    if not (bronze / SOURCE / METHOD).exists():
        return []
    return pages.pending(bronze, SOURCE, METHOD, pages.consumed(lake, ingest_log.TABLE))
