"""Derived tables, rebuilt for the listeners whose plays changed or whose `as_of` has grown old, and for them alone."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pyspark import StorageLevel
from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from jobs.columns import days_between, user_bucket
from jobs.gold import artist_play_count, track_candidates, track_play_count
from jobs.ingest import Gate
from jobs.lake import USER_BUCKETS, Lake, Table
from jobs.report import Report, Written
from jobs.silver import build_log, candidate_old_favorite, dim_users, plays

# A listener's recency is worth renewing when it has faded for this part of their half-life.
RENEWALS_PER_HALF_LIFE = 30


@dataclass(frozen=True)
class Moment:
    """The two times of a run: as of when recency is measured, and when it is done.

    `exact`: somebody asked for this very `as_of`, so that what was built as of any other is stale.
    """

    as_of: datetime
    now: datetime
    exact: bool = False


@dataclass(frozen=True)
class Stale:
    """The listeners to rebuild in one table, and the partitions they lie in."""

    listeners: tuple[str, ...]
    buckets: tuple[int, ...]

    @classmethod
    def among(cls, rows: Sequence[Row]) -> "Stale":
        return cls(tuple(row.username for row in rows), tuple(sorted({row.user_bucket for row in rows})))

    def of(self, rows: DataFrame) -> DataFrame:
        """The rows of these listeners alone, opening no other partition."""
        names = rows.sparkSession.createDataFrame([(name,) for name in self.listeners], "username string")
        within = rows.where(F.col("user_bucket").isin(*self.buckets))
        return within.join(F.broadcast(names), on="username", how="left_semi")


Build = Callable[[Mapping[str, DataFrame], datetime], DataFrame]
# What follows silver.dim_users, in the order of building: the table, and its build from the tables that it reads.
DERIVED: tuple[tuple[Table, Build], ...] = (
    (artist_play_count.TABLE, lambda of, _: artist_play_count.build(of["silver.plays"], of["silver.dim_users"])),
    (track_play_count.TABLE, lambda of, _: track_play_count.build(of["silver.plays"], of["silver.dim_users"])),
    (
        candidate_old_favorite.TABLE,
        lambda of, now: candidate_old_favorite.build(
            of["gold.track_play_count"], of["silver.dim_users"], generated_at=now
        ),
    ),
    (
        track_candidates.TABLE,
        lambda of, now: track_candidates.build({"old_favorite": of["silver.candidate_old_favorite"]}, generated_at=now),
    ),
)
READ = {table.name: table for table in (plays.TABLE, dim_users.TABLE, *(table for table, _ in DERIVED))}


def rebuild(lake: Lake, tables: Sequence[str], gate: Gate, moment: Moment, *, listeners: Sequence[str] = ()) -> Report:
    """Rebuild what is stale of these tables, for these listeners or for all.

    Nobody else rebuilds meanwhile, and the log of what was built is written last: after a kill the same rows are
    found stale and built again.
    """
    with lake.building():
        report = _rebuild_users(lake, gate, moment, listeners) if dim_users.TABLE.name in tables else Report()
        wanted = [(table, build) for table, build in DERIVED if table.name in tables]
        stale = _not_built_from_users(lake, [table.name for table, _ in wanted], listeners)
        for table, build in wanted:
            if rows := stale.get(table.name):
                found = Stale.among(rows)
                reads = {name: found.of(lake.read(READ[name])) for name in table.reads}
                report += _replace(lake, table, build(reads, moment.now), found, gate)
        _log(lake, stale, moment.now)
    return report


def _rebuild_users(lake: Lake, gate: Gate, moment: Moment, listeners: Sequence[str]) -> Report:
    is_now = dim_users.summarised(_within(lake.read(plays.TABLE), listeners))
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
    rows = is_now.join(was, on=["user_bucket", "username"], how="left").where(~same | outdated).orderBy("username")
    found = Stale.among(rows.select("username", "user_bucket").collect())
    if not found.listeners:
        return Report()
    users = dim_users.build(found.of(lake.read(plays.TABLE)), as_of=moment.as_of, computed_at=moment.now)
    return _replace(lake, dim_users.TABLE, users, found, gate)


def _not_built_from_users(lake: Lake, tables: list[str], listeners: Sequence[str]) -> dict[str, list[Row]]:
    """By table, the listeners for whom the log does not say that it was built from their row of dim_users."""
    users = _within(lake.read(dim_users.TABLE), listeners)
    wanted = users.select(
        "username", "user_bucket", F.explode(F.array(*map(F.lit, tables))).alias("table"), "built_from"
    )
    built = lake.read(build_log.TABLE).select("username", "user_bucket", "table", "built_from")
    missing = wanted.join(built, on=wanted.columns, how="left_anti").orderBy("table", "username")
    by_table = defaultdict(list)
    for row in missing.collect():
        by_table[row.table].append(row)
    return dict(by_table)


def _replace(lake: Lake, table: Table, rows: DataFrame, stale: Stale, gate: Gate) -> Report:
    """Audit, then publish: the rows are computed once, for the gate and for the commit."""
    built = rows.persist(StorageLevel.DISK_ONLY)
    results = gate(built, table)
    lake.replace_listeners(table, built, stale.listeners, stale.buckets)
    written = Written(table.name, len(stale.listeners), built.count())
    built.unpersist()
    return Report(written=(written,), gates=results)


def _log(lake: Lake, stale: dict[str, list[Row]], now: datetime) -> None:
    rows = [(row.username, row.user_bucket, row.table, row.built_from, now) for rows in stale.values() for row in rows]
    if rows:
        lake.upsert(build_log.TABLE, lake.spark.createDataFrame(rows, build_log.TABLE.schema))


def _within(rows: DataFrame, listeners: Sequence[str]) -> DataFrame:
    """The rows of the named listeners, or all rows where none is named."""
    if not listeners:
        return rows
    names = rows.sparkSession.createDataFrame([(name,) for name in listeners], "username string")
    homes = names.withColumn("user_bucket", user_bucket(USER_BUCKETS)).collect()
    return Stale.among(homes).of(rows)
