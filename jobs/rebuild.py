"""Rebuilds derived tables, only for the listeners for whom they are stale."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from jobs.aliases import aliases_version, known_facts
from jobs.audit import Gate
from jobs.columns import days_between
from jobs.gold import artist_play_count, track_candidates, track_play_count
from jobs.lake import USER_BUCKETS, Lake, Table, literal_rows
from jobs.listeners import Listeners, quoted, within
from jobs.rebuilding import Build, Rebuilding
from jobs.report import Report
from jobs.session import fit
from jobs.silver import build_log, dim_users, feedback, plays
from jobs.strategies import MODULES
from jobs.tables import BY_NAME
from jobs.unwanted import fingerprints

# Recency is computed again when this part of the listener's half-life has passed.
RENEWALS_PER_HALF_LIFE = 30


@dataclass(frozen=True)
class Moment:
    """The two times of a run: `as_of`, at which recency is measured, and `now`, at which the run happens.

    `exact`: somebody asked for this `as_of`, so rows that were built as of another are stale.
    """

    as_of: datetime
    now: datetime
    exact: bool = False


def _generated_by(module: ModuleType) -> Build:
    return lambda frames, now: module.build(*frames, generated_at=now)


# What follows silver.dim_users, in the order of building.
DERIVED: tuple[tuple[Table, Build], ...] = (
    (artist_play_count.TABLE, lambda frames, _: artist_play_count.build(*frames)),
    (track_play_count.TABLE, lambda frames, _: track_play_count.build(*frames)),
    *((module.TABLE, _generated_by(module)) for module in MODULES.values()),
    (track_candidates.TABLE, _generated_by(track_candidates)),
)


def rebuild(
    lake: Lake,
    tables: Sequence[str],
    gate: Gate,
    moment: Moment,
    *,
    listeners: Sequence[str] = (),
    accept_fewer: bool = False,
) -> Report:
    """Rebuild what is stale in these tables, for these listeners or for all.

    Nobody else rebuilds meanwhile. The log of what was built is written last, so after a kill the same rows are found
    stale and built again.
    """
    wanted = [(table, build) for table, build in DERIVED if table.name in tables]
    if not wanted and dim_users.TABLE.name not in tables:
        return Report()
    with lake.building(), Rebuilding(lake, gate, accept_fewer=accept_fewer) as rebuilding:
        if dim_users.TABLE.name in tables:
            _rebuild_users(lake, rebuilding, moment, listeners)
        users = rebuilding.latest(dim_users.TABLE, _within(lake, dim_users.TABLE, listeners))
        stale = _stale(lake, users, [table for table, _ in wanted], moment.now)
        _fit(lake, stale)
        for table, build in wanted:
            if rows := stale.get(table.name):
                rebuilding.replace(table, build, Listeners.among(rows), moment.now, _rows_before(rows))
        report = rebuilding.finished()
        _log(lake, stale, rebuilding, moment.now)
    return report


def stale_tables(lake: Lake, tables: Sequence[str], now: datetime) -> dict[str, list[str]]:
    """For each table, the listeners for whom it is stale. Their dim_users rows are taken as they are."""
    wanted = [table for table, _ in DERIVED if table.name in tables]
    stale = _stale(lake, lake.read(dim_users.TABLE), wanted, now)
    return {table: [row.username for row in rows] for table, rows in stale.items()}


def _rebuild_users(lake: Lake, rebuilding: Rebuilding, moment: Moment, listeners: Sequence[str]) -> None:
    rows = outdated_users(lake, moment, listeners).collect()
    found = Listeners.among(rows)
    # Whoever looks back in time sees fewer forgotten favourites, and no collapse.
    rebuilding.accept_fewer |= any(row.old_as_of and row.old_as_of > row.as_of for row in rows)
    fit(lake.spark, sum(row.play_count for row in rows))
    if found.names:
        rebuilding.replace(
            dim_users.TABLE,
            lambda frames, now: dim_users.build(*frames, as_of=moment.as_of, computed_at=now),
            found,
            moment.now,
            sum(row.old_as_of is not None for row in rows),
        )


def outdated_users(lake: Lake, moment: Moment, listeners: Sequence[str] = ()) -> DataFrame:
    """The listeners whose plays changed since dim_users was built, or whose recency is out of date."""
    is_now = dim_users.summarised(_within(lake, plays.TABLE, listeners))
    was = lake.read(dim_users.TABLE).select(
        "user_bucket",
        "username",
        F.col("plays_hash").alias("old_hash"),
        F.col("play_count").alias("old_count"),
        F.col("as_of").alias("old_as_of"),
        "half_life_days",
    )
    as_of = F.lit(moment.as_of)
    same = F.col("plays_hash").eqNullSafe(F.col("old_hash")) & (F.col("play_count") == F.col("old_count"))
    faded = days_between("old_as_of", as_of) > F.col("half_life_days") / RENEWALS_PER_HALF_LIFE
    outdated = F.col("old_as_of") != as_of if moment.exact else faded
    rows = is_now.join(was, on=["user_bucket", "username"], how="left").where(~same | outdated)
    return rows.select("username", "user_bucket", "play_count", "old_as_of", as_of.alias("as_of")).orderBy("username")


def _stale(lake: Lake, users: DataFrame, tables: Sequence[Table], now: datetime) -> dict[str, list[Row]]:
    """For each table, the listeners for whom the log does not say that it was built from the present data."""
    versions = {table.name: _facts_version(lake, table) for table in tables}
    if not versions:
        return {}
    version = F.element_at(F.create_map(*(F.lit(text) for pair in versions.items() for text in pair)), F.col("table"))
    wanted = users.select(
        "username", "user_bucket", "play_count", "built_from", F.explode(F.array(*map(F.lit, versions))).alias("table")
    ).withColumn("built_from", F.concat("built_from", version))
    wanted = _with_unwanted(lake, wanted, [table.name for table in tables if feedback.TABLE.name in table.reads], now)
    key = ["username", "user_bucket", "table"]
    built = lake.read(build_log.TABLE).select(*key, F.col("built_from").alias("was_built_from"), "rows")
    known = wanted.join(F.broadcast(built), on=key, how="left")
    missing = known.where(~F.col("built_from").eqNullSafe(F.col("was_built_from")))
    by_table = defaultdict(list)
    for row in missing.orderBy("table", "username").collect():
        by_table[row.table].append(row)
    return dict(by_table)


def _with_unwanted(lake: Lake, wanted: DataFrame, tables: Sequence[str], now: datetime) -> DataFrame:
    """For these tables, add what the listener does not want to `built_from`; other rows stay as they are."""
    if not tables or not lake.has_rows(feedback.TABLE):
        return wanted
    (said,) = known_facts(lake, feedback.TABLE)
    told = fingerprints(said, now)
    unwanted = F.when(F.col("table").isin(*tables), F.concat(F.lit("-"), F.col("unwanted")))
    joined = wanted.join(F.broadcast(told), on=["user_bucket", "username"], how="left")
    return joined.withColumn("built_from", F.concat("built_from", F.coalesce(unwanted, F.lit("")))).drop("unwanted")


def _facts_version(lake: Lake, table: Table) -> str:
    """A hash of the versions of the catalogue's tables that this table is built from, directly or through others."""
    facts = sorted(_facts(table))
    if not facts:
        return ""
    versions = ",".join(f"{name}:{lake.version(BY_NAME[name])}" for name in facts) + aliases_version(lake)
    return f"-{hashlib.sha256(versions.encode()).hexdigest()[:12]}"


def _facts(table: Table) -> set[str]:
    found: set[str] = set()
    for read in (BY_NAME[name] for name in table.reads):
        found |= _facts(read) if read.of_listeners else {read.name}
    return found


def _fit(lake: Lake, stale: Mapping[str, list[Row]]) -> None:
    plays_of = {row.username: row.play_count for rows in stale.values() for row in rows}
    fit(lake.spark, sum(plays_of.values()))


def _rows_before(stale: Sequence[Row]) -> int | None:
    """How many of these listeners' rows the table has, by the log; None if the log did not count them."""
    counts = [0 if row.was_built_from is None else row.rows for row in stale]
    return None if None in counts else sum(counts)


def _log(lake: Lake, stale: Mapping[str, list[Row]], rebuilding: Rebuilding, now: datetime) -> None:
    rows = [
        (row.username, row.user_bucket, table, row.built_from, now, rebuilding.rows_of(table).get(row.username, 0))
        for table, missing in stale.items()
        for row in missing
    ]
    if rows:
        whose = Listeners.among([row for rows in stale.values() for row in rows])
        # Entries of the same listeners for tables that were up to date stay.
        pairs = ", ".join(f"({quoted(name)}, {quoted(table)})" for name, _, table, *_ in rows)
        entries = literal_rows(lake.spark, build_log.TABLE, rows)
        lake.replace(build_log.TABLE, entries, f"(username, table) IN ({pairs})", within(whose.buckets))


def _within(lake: Lake, table: Table, listeners: Sequence[str]) -> DataFrame:
    """The named listeners' rows of the table, or all rows if none is named."""
    rows = lake.read(table)
    return Listeners.named(lake.spark, listeners, USER_BUCKETS).of(rows) if listeners else rows
