"""Renames a listener in the lake, as if all their data had been imported under the new name.

The plan is a file that flows/renaming.py writes: the two names, and for each batch id the id of its page under the new
name, since a page's id is a hash that includes the listener's name.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.columns import user_bucket
from jobs.failures import JobFailed
from jobs.lake import USER_BUCKETS, Lake
from jobs.listeners import Listeners, quoted
from jobs.report import Report, Written
from jobs.silver import feedback, ingest_log, plays, quarantine
from jobs.withdrawal import clear, clear_what_follows


def rename(lake: Lake, plan: Path) -> Report:
    """Move the rows of the old name to the new one; tables derived from plays are left to the next build.

    Plays change in one commit. In other tables the new rows are added before the old ones are deleted, and each step
    does nothing if it was done, so after a kill it is simply repeated. Raises `JobFailed` if both names have plays.
    """
    content = json.loads(plan.read_text())
    old, new, batches = content["old"], content["new"], content["batches"]
    whose = {name: Listeners.named(lake.spark, [name], USER_BUCKETS) for name in (old, new)}
    count = _rename_plays(lake, whose[old], whose[new], batches)
    told = f"username = {quoted(old)}"
    for table in (quarantine.TABLE, ingest_log.TABLE, feedback.TABLE):
        where, buckets = (whose[old].condition, whose[new].buckets) if table.of_listeners else (told, ())
        rows = lake.read(table).where(where)
        if not rows.isEmpty():
            lake.insert_new(table, _under(rows, new, batches), buckets)
            clear(lake, table, where)
    clear_what_follows(lake, whose[old])
    return Report(written=(Written(plays.TABLE.name, 1, count),) if count else ())


def _rename_plays(lake: Lake, old: Listeners, new: Listeners, batches: Mapping[str, str]) -> int:
    with lake.deriving(plays.TABLE):
        rows = lake.read(plays.TABLE)
        before = old.of(rows)
        count = before.count()
        if not count:
            return 0
        if not new.of(rows).isEmpty():
            raise JobFailed(f"{old.names[0]!r} and {new.names[0]!r} both have plays: rename to a name that is free")
        come = _under(before, new.names[0], batches).withColumn("goes", F.expr("false"))
        go = before.withColumn("goes", F.expr("true"))
        lake.change(plays.TABLE, come.unionByName(go), [*old.buckets, *new.buckets])
    return count


def _under(rows: DataFrame, name: str, batches: Mapping[str, str]) -> DataFrame:
    """The rows with this listener name, and the batch ids that go with it."""
    renamed = rows.withColumns({"username": F.lit(name), "batch_id": _renamed(F.col("batch_id"), batches)})
    if "user_bucket" in rows.columns:
        renamed = renamed.withColumn("user_bucket", user_bucket(USER_BUCKETS))
    if "seen" in rows.columns:
        seen = F.transform("seen", lambda one: one.withField("batch_id", _renamed(one["batch_id"], batches)))
        renamed = renamed.withColumn("seen", seen)
    return renamed


def _renamed(batch_id: Column, batches: Mapping[str, str]) -> Column:
    """The new batch id; pages that are no longer in bronze keep theirs."""
    if not batches:
        return batch_id
    ids = F.map_from_arrays(F.array(*map(F.lit, batches)), F.array(*map(F.lit, batches.values())))
    return F.coalesce(F.try_element_at(ids, batch_id), batch_id)
