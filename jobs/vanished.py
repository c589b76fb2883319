"""Finds plays that their source no longer has, by a complete reading of it, and removes them."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.audit import Gate
from jobs.bronze import pages
from jobs.failures import JobFailed
from jobs.ingest import SOURCES
from jobs.lake import USER_BUCKETS, Lake
from jobs.listeners import Listeners
from jobs.merging import take_out
from jobs.report import Report
from jobs.session import at_hand
from jobs.sightings import of_plays
from jobs.silver import plays

PLAN = "window.json"
MOMENT = ["played_at", "track_id"]


def vanished(lake: Lake, reading: Path, gate: Gate, *, remove: bool, accept_fewer: bool) -> Report:
    """Count the source's sightings that are not in the reading; with `remove` also take them out of silver.plays.

    `reading` is the folder of its landed pages, `<source>/<method>/<listener>/<window>`, with the plan that says if it
    is complete: for an incomplete one the report is empty. Raises `JobFailed` if more than half are missing and
    `accept_fewer` is not set: a source that shows too little is likelier than a listener who deletes that much.
    """
    plan = json.loads((reading / PLAN).read_text())
    if not plan["done"]:
        return Report()
    source, _, folder, _ = reading.parts[-4:]
    listener = unquote(folder)
    since, until = (F.lit(datetime.fromtimestamp(plan[end], UTC)) for end in ("since", "until"))
    covered = (F.col("source") == source) & (F.col("played_at") >= since) & (F.col("played_at") < until)
    whose = Listeners.named(lake.spark, [listener], USER_BUCKETS)
    known = of_plays(whose.of(lake.read(plays.TABLE))).where(covered).select(*MOMENT).distinct()
    gone = at_hand(known.join(_told(lake, reading), on=MOMENT, how="left_anti").withColumn("source", F.lit(source)))
    count = gone.count()
    if count * 2 > known.count() and not accept_fewer:
        raise JobFailed(
            f"{count:,} of {listener}'s plays are gone from {source}, over half of them: nothing was removed, "
            "run it again with --accept-fewer if that is right"
        )
    if not (remove and count):
        return Report(vanished=count)
    on = [*MOMENT, "source"]
    outcome = take_out(lake, whose, lambda seen: seen.join(gone, on=on, how="left_anti"), gate)
    return Report(written=outcome.written, gates=outcome.gates, vanished=count)


def _told(lake: Lake, reading: Path) -> DataFrame:
    """Time and track of the plays in the reading, and in all readings of the listener's other accounts there."""
    source, method, *_ = reading.parts[-4:]
    module = next(one for one in SOURCES if (source, method) == (one.SOURCE, one.METHOD))
    others = (one for one in reading.parent.iterdir() if one.is_dir() and _account(one) != _account(reading))
    landed = sorted(page for folder in (reading, *others) for page in folder.glob("*.json.gz"))
    if not landed:
        return lake.read(plays.TABLE).select(*MOMENT).where("false")
    return plays.typed(module.raw_plays(pages.read(lake.spark, landed))).where("refusal IS NULL").select(*MOMENT)


def _account(reading: Path) -> str:
    """The account in the folder's name: empty if the account has the listener's name."""
    return re.sub(f"{pages.READING}$", "", reading.name)
