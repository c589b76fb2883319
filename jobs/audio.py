"""Turns landed tables of audio features into silver.audio_features: each is consumed once, every row accounted for."""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.accounts import earlier
from jobs.audit import Gate
from jobs.bronze import pages, spotify_features
from jobs.imported_files import accounts, log, pending, told_first_by
from jobs.lake import Lake
from jobs.report import GateResult, Report, Written
from jobs.session import at_hand, fit
from jobs.silver import audio_features, quarantine
from jobs.silver.audio_features import TABLE

COLUMNS = TABLE.schema.fieldNames()


def consume_features(lake: Lake, bronze: Path, gate: Gate, *, now: datetime, asked: Collection[str] = ()) -> Report:
    """Bring the new tables into silver.audio_features; report on them and on the earlier ones in `asked`.

    Commit order: quarantine, audio_features, ingest_log, which has one row per file. `new` counts the first row of a
    track; further rows, even with another genre, are duplicates, but their genres are added.
    """
    landed = spotify_features.landed_files(bronze)
    unread = pending(lake, landed)
    before = earlier(lake, set(asked) & (landed.keys() - unread.keys()))
    if not unread:
        return Report(before)
    fit(lake.spark, pages.facts_in([path for paths in unread.values() for path in paths]))
    typed = at_hand(audio_features.typed(spotify_features.raw_features(lake.spark, unread)))
    lake.insert_new(quarantine.TABLE, quarantine.build(typed))
    written, results = _commit(lake, audio_features.build(typed, imported_at=now), gate)
    first = told_first_by(lake, TABLE, unread).groupBy("batch_id").agg(F.count("*").alias("rows"))
    consumed = accounts(typed, unread, {row.batch_id: row.rows for row in first.collect()})
    log(lake, spotify_features.SOURCE, consumed, now)
    return Report((*consumed, *before), (Written(TABLE.name, 0, written),) if written else (), results)


def pending_features(lake: Lake, bronze: Path) -> dict[str, list[Path]]:
    """The landed tables that are not consumed yet, by digest, each with its pages."""
    return pending(lake, spotify_features.landed_files(bronze))


def _commit(lake: Lake, told: DataFrame, gate: Gate) -> tuple[int, tuple[GateResult, ...]]:
    """Write only changed rows, since candidates count as out of date when the table's version changes."""
    with lake.deriving(TABLE):
        first = at_hand(told)
        rows = at_hand(_changed(lake.read(TABLE), first)) if lake.has_rows(TABLE) else first
        count = rows.count()
        if not count:
            return 0, ()
        results = gate(rows, TABLE, count=count)
        lake.upsert(TABLE, rows, {name: f"s.{name}" for name in COLUMNS if name not in TABLE.key})
    return count, results


def _changed(known: DataFrame, told: DataFrame) -> DataFrame:
    """The new rows merged with the known ones of the same tracks, as far as that changes them.

    Computed before the comparison: from a condition over many computed columns Spark infers more than fits in memory.
    """
    of_these = at_hand(known.join(told.select("track_id"), on="track_id", how="left_semi").select(*COLUMNS))
    before, now = of_these.withColumn("is_new", F.lit(0)), told.withColumn("is_new", F.lit(1))
    merged = at_hand(audio_features.one_per_track(before.unionByName(now), F.col("is_new")))
    return merged.subtract(of_these)
