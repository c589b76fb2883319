"""Landed community files become silver.community_plays: each file consumed once, every row accounted for."""

from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from jobs import accounts
from jobs.audit import Gate
from jobs.bronze import community_listens, pages
from jobs.lake import Lake, literal_rows
from jobs.listeners import quoted
from jobs.report import Consumed, GateResult, Report, Written
from jobs.session import at_hand, fit
from jobs.silver import community_plays, ingest_log, quarantine


def consume_community(lake: Lake, bronze: Path, gate: Gate, *, now: datetime, asked: Collection[str] = ()) -> Report:
    """Bring the files that were not consumed yet into silver.community_plays; report on them and on those `asked` for.

    Commit order: quarantine, community_plays, ingest_log, which has one row per file. A listener who is there already
    is a repetition, whole. A consumer that was killed is simply run again.
    """
    landed = community_listens.landed_files(bronze)
    pending = _pending(lake, landed)
    earlier = accounts.earlier(lake, set(asked) & (landed.keys() - pending.keys()))
    if not pending:
        return Report(earlier)
    fit(lake.spark, pages.facts_in([path for paths in pending.values() for path in paths]))
    typed = at_hand(community_plays.typed(community_listens.raw_listens(lake.spark, pending)))
    listens = at_hand(community_plays.of_listeners(typed))
    results = _commit(lake, typed, listens, gate, now)
    told = _accounts(lake, typed, listens, pending)
    _log(lake, told, now)
    new = sum(one.new for one in told)
    return Report((*told, *earlier), (Written(community_plays.TABLE.name, 0, new),) if new else (), results)


def pending_files(lake: Lake, bronze: Path) -> dict[str, list[Path]]:
    """The landed files that no run has consumed, by digest, each with its pages."""
    return _pending(lake, community_listens.landed_files(bronze))


def _pending(lake: Lake, landed: Mapping[str, list[Path]]) -> dict[str, list[Path]]:
    consumed = pages.consumed(lake, ingest_log.TABLE) if landed else set()
    return {file: paths for file, paths in landed.items() if file not in consumed}


def _commit(lake: Lake, typed: DataFrame, listens: DataFrame, gate: Gate, now: datetime) -> tuple[GateResult, ...]:
    lake.insert_new(quarantine.TABLE, quarantine.build(typed))
    known = lake.read(community_plays.TABLE).select("listener_id").distinct()
    unknown = listens.join(known, on="listener_id", how="left_anti")
    rows = at_hand(community_plays.build(unknown, imported_at=now))
    results = gate(rows, community_plays.TABLE)
    lake.insert_new(community_plays.TABLE, rows)
    return results


def _accounts(lake: Lake, typed: DataFrame, listens: DataFrame, pending: Collection[str]) -> tuple[Consumed, ...]:
    """By file: `new` are the rows of listeners whose committed rows carry the file's digest, so that a replay counts
    right."""
    by_reason = typed.groupBy("file", "refusal").agg(F.count("*").alias("rows")).collect()
    batches = f"batch_id IN ({', '.join(map(quoted, pending))})"
    committed = lake.read(community_plays.TABLE).where(batches).select("item_id", "listener_id", "batch_id")
    own = [committed[name] == listens[name] for name in ("listener_id", "item_id")]
    kept = listens.join(committed, on=[*own, committed["batch_id"] == listens["file"]], how="left_semi")
    new = {row.file: row.rows for row in kept.groupBy("file").agg(F.sum("rows").alias("rows")).collect()}
    return tuple(_account(file, [row for row in by_reason if row.file == file], new.get(file, 0)) for file in pending)


def _account(file: str, by_reason: Collection[Row], new: int) -> Consumed:
    counts = {row.refusal: row.rows for row in by_reason}
    read = sum(counts.values())
    reasons = {reason: count for reason, count in counts.items() if reason}
    refused = sum(reasons.values())
    return Consumed(file, "", read, new, read - new - refused, refused, reasons)


def _log(lake: Lake, told: Collection[Consumed], now: datetime) -> None:
    rows = [
        (
            one.batch_id,
            "",
            "community",
            one.read,
            one.new,
            one.duplicate,
            one.quarantined,
            list(one.reasons.items()),
            now,
        )
        for one in told
    ]
    lake.insert_new(ingest_log.TABLE, literal_rows(lake.spark, ingest_log.TABLE, rows))
