"""Turns landed pages into plays: each page is consumed once, every row is accounted for."""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from pyspark import StorageLevel
from pyspark.sql import DataFrame, Row

from jobs import accounts
from jobs.audit import Gate
from jobs.bronze import (
    csv_records,
    json_records,
    koito_export,
    lastfm_export,
    lastfm_recent_tracks,
    listenbrainz_export,
    listenbrainz_listens,
    maloja_export,
    pages,
    spotify,
    spotify_account,
)
from jobs.lake import USER_BUCKETS, Lake, literal_rows
from jobs.merging import Outcome, take_in
from jobs.report import Consumed, Report
from jobs.session import fit
from jobs.sightings import of_typed
from jobs.silver import ingest_log, plays, quarantine

SOURCES = (
    lastfm_recent_tracks,
    lastfm_export,
    listenbrainz_listens,
    listenbrainz_export,
    spotify,
    spotify_account,
    maloja_export,
    koito_export,
    csv_records,
    json_records,
)


def consume(
    lake: Lake,
    bronze: Path,
    gate: Gate,
    *,
    now: datetime,
    listeners: Collection[str] = (),
    asked: Collection[str] = (),
) -> Report:
    """Bring the listeners' new pages into silver.plays; report on them and on the earlier ones in `asked`.

    Commit order: quarantine, plays, ingest_log. A page counts as consumed when the log says so, and none of the three
    commits adds rows that are already there, so a run that was killed between two of them is simply repeated.
    """
    consumed = pages.consumed(lake, ingest_log.TABLE)
    earlier = accounts.earlier(lake, consumed & set(asked))
    landed = {module: pages.pending(bronze, module.SOURCE, module.METHOD, consumed, listeners) for module in SOURCES}
    if not any(landed.values()):
        return Report(earlier)
    fit(lake.spark, pages.plays_in([path for paths in landed.values() for path in paths]))
    envelopes = {module: pages.read(lake.spark, paths) for module, paths in landed.items() if paths}
    typed = _union([plays.typed(module.raw_plays(frame)) for module, frame in envelopes.items()])
    typed = typed.persist(StorageLevel.DISK_ONLY)
    told, outcome = _commit(lake, typed, _union(list(envelopes.values())), gate, now)
    typed.unpersist()
    return Report((*told, *earlier), outcome.written, outcome.gates, merged=outcome.merged)


def _commit(
    lake: Lake, typed: DataFrame, envelopes: DataFrame, gate: Gate, now: datetime
) -> tuple[tuple[Consumed, ...], Outcome]:
    with ThreadPoolExecutor(1) as beside:
        refused = beside.submit(lake.insert_new, quarantine.TABLE, quarantine.build(typed))
        # Before the plays, so that refused rows are on record even if the gate closes.
        outcome = take_in(lake, of_typed(typed, USER_BUCKETS), gate, first=refused.result)
    told_first = outcome.rows if outcome.rows is not None else lake.read(plays.TABLE).where("false")
    rows = (
        ingest_log.build(envelopes, typed, told_first.select("batch_id"), ingested_at=now)
        .drop("ingested_at")
        .orderBy("batch_id")
        .collect()
    )
    lake.insert_new(ingest_log.TABLE, literal_rows(lake.spark, ingest_log.TABLE, [_logged(row, now) for row in rows]))
    return tuple(map(accounts.account, rows)), outcome


def _logged(row: Row, now: datetime) -> list[object]:
    values = {**row.asDict(), "reasons": list(row.reasons.items()), "ingested_at": now}
    return [values[name] for name in ingest_log.TABLE.schema.fieldNames()]


def _union(frames: list[DataFrame]) -> DataFrame:
    first, *others = frames
    for other in others:
        first = first.unionByName(other)
    return first
