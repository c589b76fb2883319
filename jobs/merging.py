"""Adds sightings to silver.plays or removes them: only rows that change are written, in one commit.

Rows read from the table are computed at once (`at_hand`): if a frame is merely persisted, a write to the table makes
Spark compute all of it again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from jobs.aliases import Aliases, told_of
from jobs.audit import Gate
from jobs.lake import Lake
from jobs.listeners import Listeners
from jobs.one_truth import same_track
from jobs.report import GateResult, Merged, Written
from jobs.session import at_hand
from jobs.sightings import LISTENER, distinct, of_plays
from jobs.silver import artist_aliases, ingest_log, plays

ROW = (*plays.TABLE.partition_by, *plays.TABLE.key)
COLUMNS = tuple(plays.TABLE.schema.fieldNames())
# With more listeners than this, their rows are found by a join only, not by a condition that lists the names.
MOST_NAMED = 500


@dataclass(frozen=True)
class Outcome:
    """The result for some sightings: all plays of their tracks, and what of these was written."""

    rows: DataFrame | None = None
    written: tuple[Written, ...] = ()
    gates: tuple[GateResult, ...] = ()
    merged: tuple[Merged, ...] = ()


def take_in(lake: Lake, sightings: DataFrame, gate: Gate, *, first: Callable[[], object] = lambda: None) -> Outcome:
    """Bring the sightings into silver.plays: as new plays, or as further sightings of plays that are there.

    `first` is called before the commit. Raises `GateClosed` before anything is written.
    """
    whose = _tellers(sightings)
    if not whose:
        return Outcome()
    with lake.deriving(plays.TABLE):
        aliases = Aliases.of(lake)
        before = _told_of(lake, aliases.identified(sightings), Listeners.among(_listeners(whose)))
        known = of_plays(before) if before is not None else None
        told = sightings if known is None else sightings.unionByName(known)
        several = _have_several([*whose, *(_tellers(known) if known is not None else ())])
        return _write(lake, before, _derived(aliases, told, several_tellers=several), gate, first)


def take_out(lake: Lake, listener: Listeners, staying: Callable[[DataFrame], DataFrame], gate: Gate) -> Outcome:
    """Keep only the `staying` ones of the listener's sightings in silver.plays; a play lasts while one is left."""
    with lake.deriving(plays.TABLE):
        before = at_hand(listener.of(lake.read(plays.TABLE)))
        known = _as_they_came(lake, of_plays(before))
        after = _derived(Aliases.of(lake), staying(known), several_tellers=True)
        return _write(lake, before, after, gate, first=lambda: None)


def follow_aliases(lake: Lake, gate: Gate) -> Outcome:
    """Derive again the plays that were derived under outdated aliases, and the plays they may now be one with.

    One commit. If nothing is out of date, as in a repeat after a kill that came later, nothing is written.
    """
    if not (lake.has_rows(artist_aliases.TABLE) and lake.has_rows(plays.TABLE)):
        return Outcome()
    with lake.deriving(plays.TABLE):
        aliases, rows = Aliases.of(lake), lake.read(plays.TABLE)
        outdated = aliases.outdated(rows)
        if not outdated:
            return Outcome()
        affected = at_hand(rows.where(told_of(outdated)))
        now_of = _tracks(aliases.identified(of_plays(affected)))
        before = at_hand(_of_tracks(rows, _tracks(affected).unionByName(now_of)))
        after = _derived(aliases, _as_they_came(lake, of_plays(before)), several_tellers=True)
        return _write(lake, before, after, gate, first=lambda: None)


def _derived(aliases: Aliases, told: DataFrame, *, several_tellers: bool) -> DataFrame:
    """The plays of the sightings, computed. An alias can make one of two plays by one teller at one instant."""
    sightings = aliases.identified(distinct(told))
    if several_tellers or not aliases.some:
        return at_hand(aliases.named(plays.derived(sightings, several_tellers=several_tellers)))
    marked = at_hand(aliases.touching(sightings))
    touched, others = (marked.where(which).drop("touched") for which in ("touched", "NOT touched"))
    followed = aliases.named(plays.derived(touched, several_tellers=True))
    return at_hand(followed.unionByName(plays.derived(others, several_tellers=False)))


def _as_they_came(lake: Lake, known: DataFrame) -> DataFrame:
    """The lake's sightings with `arrival` by when their batches were logged; those not logged yet come last.

    A play's row no longer says which sighting came first once plays were merged into it or its first one was removed.
    """
    came = lake.read(ingest_log.TABLE).select("batch_id", F.col("ingested_at").alias("came_at"))
    order = F.struct(F.col("came_at").isNull().alias("is_new"), "came_at", "ingested_at", "batch_id")
    return known.join(F.broadcast(came), on="batch_id", how="left").withColumn("arrival", order).drop("came_at")


def _told_of(lake: Lake, sightings: DataFrame, whose: Listeners) -> DataFrame | None:
    """These listeners' plays of the tracks in the sightings; None if there are none."""
    if not lake.has_rows(plays.TABLE):
        return None
    theirs = whose.of(lake.read(plays.TABLE)) if len(whose.names) <= MOST_NAMED else lake.read(plays.TABLE)
    rows = at_hand(_of_tracks(theirs, _tracks(sightings)))
    return None if rows.isEmpty() else rows


def _tracks(rows: DataFrame) -> DataFrame:
    return rows.select(*LISTENER, same_track().alias("same_track")).distinct()


def _of_tracks(rows: DataFrame, tracks: DataFrame) -> DataFrame:
    named = rows.withColumn("same_track", same_track())
    return named.join(tracks, on=[*LISTENER, "same_track"], how="left_semi").select(*COLUMNS)


def _listeners(rows: Iterable[Row]) -> list[Row]:
    return list({row.username: row for row in sorted(rows)}.values())


def _tellers(sightings: DataFrame) -> list[Row]:
    """Each listener in the sightings with each teller, the service or file that reported them."""
    return sightings.select(*LISTENER, F.explode("tellers").alias("teller")).distinct().collect()


def _have_several(rows: Iterable[Row]) -> bool:
    """Whether any listener has more than one teller."""
    pairs = {(row.username, row.teller) for row in rows}
    return len(pairs) > len({username for username, _ in pairs})


def _write(lake: Lake, before: DataFrame | None, after: DataFrame, gate: Gate, first: Callable[[], object]) -> Outcome:
    changes = (
        after.select(*COLUMNS, F.expr("false").alias("goes")) if before is None else at_hand(_changes(before, after))
    )
    come = changes.where("NOT goes").select(*COLUMNS)
    counted = changes.groupBy(*LISTENER).agg(F.count_if(F.expr("NOT goes")).alias("rows")).collect()
    count = sum(row.rows for row in counted)
    results = gate(come, plays.TABLE, count=count)
    first()
    if not counted:
        return Outcome(after)
    buckets = sorted({row.user_bucket for row in counted})
    if before is None:
        lake.insert_new(plays.TABLE, come, buckets)
    else:
        lake.change(plays.TABLE, changes, buckets)
    written = Written(plays.TABLE.name, len(counted), count)
    return Outcome(after, (written,), results, _merged(come))


def _changes(before: DataFrame, after: DataFrame) -> DataFrame:
    """The rows that are new or different, and the rows to delete, which have `goes`."""
    stays, goes = F.expr("false").alias("goes"), F.expr("true").alias("goes")
    was = before.select(*ROW, F.struct(*COLUMNS).alias("was"))
    differs = ~F.struct(*COLUMNS).eqNullSafe(F.col("was"))
    come = after.join(was, on=list(ROW), how="left").where(differs).select(*COLUMNS, stays)
    gone = before.join(after.select(*ROW), on=list(ROW), how="left_anti").select(*COLUMNS, goes)
    return come.unionByName(gone)


def _merged(come: DataFrame) -> tuple[Merged, ...]:
    """How many plays several sources saw, for each set of sources, and how the sightings differ."""
    times = F.transform("seen", lambda one: one["played_at"])
    spellings = F.array_distinct(F.transform("seen", lambda one: one["track_id"]))
    counts = (
        come.where("size(seen) > 1")
        .groupBy("sources")
        .agg(
            F.count("*").alias("plays"),
            F.count_if(F.array_min(times) == F.array_max(times)).alias("at_one_instant"),
            F.count_if(F.size(spellings) > 1).alias("spelled_differently"),
        )
        .orderBy("sources")
        .collect()
    )
    return tuple(Merged(tuple(row.sources), row.plays, row.at_one_instant, row.spelled_differently) for row in counts)
