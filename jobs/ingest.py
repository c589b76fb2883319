"""Landed pages become plays: each page consumed once, every row accounted for."""

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path

from pyspark import StorageLevel
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.bronze import csv_records, lastfm_recent_tracks, pages
from jobs.lake import Lake, Table
from jobs.report import Consumed, GateResult, Report, Written
from jobs.silver import ingest_log, plays, quarantine

SOURCES = (lastfm_recent_tracks, csv_records)
Gate = Callable[[DataFrame, Table], tuple[GateResult, ...]]


def consume(
    lake: Lake,
    bronze: Path,
    gate: Gate,
    *,
    now: datetime,
    listeners: Collection[str] = (),
    asked: Collection[str] = (),
) -> Report:
    """Bring the listeners' pages that were not consumed yet into silver.plays; report on them and on those `asked` for.

    Commit order: quarantine, plays, ingest_log. A page counts as consumed when the log says so, and each of the three
    adds nothing that is there, so a consumer that was killed between two of them is simply run again.
    """
    consumed = {row.batch_id for row in lake.read(ingest_log.TABLE).select("batch_id").collect()}
    landed = {module: pages.pending(bronze, module.SOURCE, module.METHOD, consumed, listeners) for module in SOURCES}
    if not any(landed.values()):
        return Report(consumed=_accounts(lake, set(), set(asked)))
    envelopes = {module: pages.read(lake.spark, paths) for module, paths in landed.items() if paths}
    typed = _union([plays.typed(module.raw_plays(frame)) for module, frame in envelopes.items()])
    typed = typed.persist(StorageLevel.DISK_ONLY)
    results = _commit(lake, typed, _union(list(envelopes.values())), gate, now)
    typed.unpersist()
    fresh = {pages.batch_id(path) for paths in landed.values() for path in paths}
    accounts = _accounts(lake, fresh, set(asked))
    added = [account for account in accounts if account.new]
    whose, new = {account.listener for account in added}, sum(account.new for account in added)
    written = (Written(plays.TABLE.name, len(whose), new),) if new else ()
    return Report(accounts, written, results)


def _commit(lake: Lake, typed: DataFrame, envelopes: DataFrame, gate: Gate, now: datetime) -> tuple[GateResult, ...]:
    accepted = plays.build(typed).persist(StorageLevel.DISK_ONLY)
    results = gate(accepted, plays.TABLE)
    lake.insert_new(quarantine.TABLE, quarantine.build(typed))
    buckets = [row.user_bucket for row in accepted.select("user_bucket").distinct().collect()]
    if buckets:
        lake.insert_new(plays.TABLE, accepted, buckets)
    merged = lake.read(plays.TABLE).where(F.col("user_bucket").isin(buckets))
    carried = merged.join(F.broadcast(envelopes.select("batch_id")), on="batch_id", how="left_semi")
    lake.insert_new(ingest_log.TABLE, ingest_log.build(envelopes, typed, carried, ingested_at=now))
    accepted.unpersist()
    return results


def _accounts(lake: Lake, fresh: set[str], asked: set[str]) -> tuple[Consumed, ...]:
    """The log's rows of these batches; of one consumed by an earlier run, what was new then is a duplicate now."""
    wanted = sorted(fresh | asked)
    if not wanted:
        return ()
    batches = F.broadcast(lake.spark.createDataFrame([(batch,) for batch in wanted], "batch_id string"))
    reasons: dict[str, dict[str, int]] = defaultdict(dict)
    refused = lake.read(quarantine.TABLE).join(batches, on="batch_id", how="left_semi")
    for row in refused.groupBy("batch_id", "reason").count().orderBy("batch_id", "reason").collect():
        reasons[row.batch_id][row.reason] = row["count"]
    logged = lake.read(ingest_log.TABLE).join(batches, on="batch_id", how="left_semi").orderBy("batch_id").collect()
    return tuple(
        Consumed(
            batch_id=row.batch_id,
            listener=row.username,
            read=row.read,
            new=row.new if row.batch_id in fresh else 0,
            duplicate=row.duplicate if row.batch_id in fresh else row.read - row.quarantined,
            quarantined=row.quarantined,
            reasons=reasons[row.batch_id],
        )
        for row in logged
    )


def _union(frames: list[DataFrame]) -> DataFrame:
    first, *others = frames
    for other in others:
        first = first.unionByName(other)
    return first
