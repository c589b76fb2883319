"""Turns landed community files into silver.community_plays: each file is consumed once, every row accounted for."""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.accounts import earlier
from jobs.audit import Gate
from jobs.bronze import community_listens, pages
from jobs.imported_files import accounts, log, pending, told_first_by
from jobs.lake import Lake
from jobs.report import GateResult, Report, Written
from jobs.session import at_hand, fit
from jobs.silver import community_plays, quarantine


def consume_community(lake: Lake, bronze: Path, gate: Gate, *, now: datetime, asked: Collection[str] = ()) -> Report:
    """Bring the new files into silver.community_plays; report on them and on the earlier ones in `asked`.

    Commit order: quarantine, community_plays, ingest_log, which has one row per file. All rows of a listener who is
    there already are duplicates. A run that was killed is simply repeated.
    """
    landed = community_listens.landed_files(bronze)
    unread = pending(lake, landed)
    before = earlier(lake, set(asked) & (landed.keys() - unread.keys()))
    if not unread:
        return Report(before)
    fit(lake.spark, pages.facts_in([path for paths in unread.values() for path in paths]))
    typed = at_hand(community_plays.typed(community_listens.raw_listens(lake.spark, unread)))
    listens = at_hand(community_plays.of_listeners(typed))
    results = _commit(lake, typed, listens, gate, now)
    consumed = accounts(typed, unread, _new_rows(lake, listens, unread))
    log(lake, community_listens.SOURCE, consumed, now)
    new = sum(account.new for account in consumed)
    return Report((*consumed, *before), (Written(community_plays.TABLE.name, 0, new),) if new else (), results)


def pending_files(lake: Lake, bronze: Path) -> dict[str, list[Path]]:
    """The landed files that are not consumed yet, by digest, each with its pages."""
    return pending(lake, community_listens.landed_files(bronze))


def _commit(lake: Lake, typed: DataFrame, listens: DataFrame, gate: Gate, now: datetime) -> tuple[GateResult, ...]:
    lake.insert_new(quarantine.TABLE, quarantine.build(typed))
    known = lake.read(community_plays.TABLE).select("listener_id").distinct()
    unknown = listens.join(known, on="listener_id", how="left_anti")
    rows = at_hand(community_plays.build(unknown, imported_at=now))
    results = gate(rows, community_plays.TABLE)
    lake.insert_new(community_plays.TABLE, rows)
    return results


def _new_rows(lake: Lake, listens: DataFrame, pending: Collection[str]) -> dict[str, int]:
    """By file, the rows behind committed rows with the file's digest, so a replay gives the same figures."""
    committed = told_first_by(lake, community_plays.TABLE, pending).select("item_id", "listener_id", "batch_id")
    own = [committed[name] == listens[name] for name in ("listener_id", "item_id")]
    kept = listens.join(committed, on=[*own, committed["batch_id"] == listens["file"]], how="left_semi")
    return {row.file: row.rows for row in kept.groupBy("file").agg(F.sum("rows").alias("rows")).collect()}
