"""Derived tables, rebuilt for the listeners whose plays changed or whose `as_of` has grown old, and for them alone."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from pyspark import StorageLevel
from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from jobs.columns import days_between
from jobs.gold import artist_play_count, track_candidates, track_play_count
from jobs.ingest import Gate
from jobs.lake import USER_BUCKETS, Lake, Table, literal_rows
from jobs.listeners import Listeners, quoted, within
from jobs.report import GateResult, Report, Written
from jobs.session import fit
from jobs.silver import build_log, candidate_old_favorite, dim_users, plays

COMMITS_AT_ONCE = 2
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
    wanted = [(table, build) for table, build in DERIVED if table.name in tables]
    with lake.building(), Rebuilding(lake, gate) as rebuilding:
        if dim_users.TABLE.name in tables:
            _rebuild_users(lake, rebuilding, moment, listeners)
        users = rebuilding.latest(dim_users.TABLE, _within(lake, dim_users.TABLE, listeners))
        stale = _not_built_from(users, lake.read(build_log.TABLE), [table.name for table, _ in wanted])
        for table, build in wanted:
            if rows := stale.get(table.name):
                rebuilding.replace(table, build, Listeners.among(rows), moment.now)
        report = rebuilding.finished()
        _log(lake, stale, moment.now)
    return report


class Rebuilding:
    """Tables on their way: each is built from those before it, audited, and committed while the next is built.

    What follows a table reads the rows that were just audited, and waits for no commit. A closed gate stops what
    follows it; what has passed its own gate is still committed.
    """

    def __init__(self, lake: Lake, gate: Gate) -> None:
        self._lake, self._gate = lake, gate
        self._committing = ThreadPoolExecutor(COMMITS_AT_ONCE)
        self._commits: list[Future[Written]] = []
        self._built: dict[str, tuple[Listeners, DataFrame]] = {}
        self._results: list[GateResult] = []

    def __enter__(self) -> "Rebuilding":
        return self

    def __exit__(self, *raised: object) -> None:
        self._committing.shutdown(wait=True)
        for _, built in self._built.values():
            built.unpersist()

    def replace(self, table: Table, build: Build, stale: Listeners, now: datetime) -> None:
        """Build the table's rows of these listeners and, once they have passed the gate, start to commit them."""
        rows = build({name: self._read(READ[name], stale) for name in table.reads}, now)
        rows = rows.persist(StorageLevel.DISK_ONLY)
        self._results += self._gate(rows, table)
        self._built[table.name] = (stale, rows)
        self._commits.append(self._committing.submit(self._commit, table, rows, stale))

    def latest(self, table: Table, committed: DataFrame) -> DataFrame:
        """The committed rows with those built in this run in their place, committed or not yet."""
        if table.name not in self._built:
            return committed
        whose, built = self._built[table.name]
        return committed.where(f"NOT ({whose.condition})").unionByName(built)

    def finished(self) -> Report:
        """Wait until all is committed; what was written."""
        return Report(written=tuple(commit.result() for commit in self._commits), gates=tuple(self._results))

    def _read(self, table: Table, stale: Listeners) -> DataFrame:
        if table.name in self._built:
            whose, built = self._built[table.name]
            if whose == stale:
                return built
            self.finished()
        return stale.of(self._lake.read(table))

    def _commit(self, table: Table, rows: DataFrame, stale: Listeners) -> Written:
        self._lake.replace(table, rows, stale.condition)
        return Written(table.name, len(stale.names), rows.count())


def _rebuild_users(lake: Lake, rebuilding: Rebuilding, moment: Moment, listeners: Sequence[str]) -> None:
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
    rows = is_now.join(was, on=["user_bucket", "username"], how="left").where(~same | outdated).orderBy("username")
    outdated_rows = rows.select("username", "user_bucket", "play_count").collect()
    found = Listeners.among(outdated_rows)
    fit(lake.spark, sum(row.play_count for row in outdated_rows))
    if found.names:
        users = partial(dim_users.build, as_of=moment.as_of)
        rebuilding.replace(
            dim_users.TABLE, lambda of, now: users(of["silver.plays"], computed_at=now), found, moment.now
        )


def _not_built_from(users: DataFrame, log: DataFrame, tables: list[str]) -> dict[str, list[Row]]:
    """By table, the listeners for whom the log does not say that it was built from their row of dim_users."""
    wanted = users.select(
        "username", "user_bucket", F.explode(F.array(*map(F.lit, tables))).alias("table"), "built_from"
    )
    built = log.select("username", "user_bucket", "table", "built_from")
    missing = wanted.join(F.broadcast(built), on=wanted.columns, how="left_anti").orderBy("table", "username")
    by_table = defaultdict(list)
    for row in missing.collect():
        by_table[row.table].append(row)
    return dict(by_table)


def _log(lake: Lake, stale: Mapping[str, list[Row]], now: datetime) -> None:
    rows = [(row.username, row.user_bucket, row.table, row.built_from, now) for rows in stale.values() for row in rows]
    if rows:
        whose = Listeners.among([row for rows in stale.values() for row in rows])
        # Of a listener whose rows in some of the tables were up to date, the log of those is kept.
        pairs = ", ".join(f"({quoted(name)}, {quoted(table)})" for name, _, table, *_ in rows)
        where = f"{within(whose.buckets)} AND (username, table) IN ({pairs})"
        lake.replace(build_log.TABLE, literal_rows(lake.spark, build_log.TABLE, rows), where)


def _within(lake: Lake, table: Table, listeners: Sequence[str]) -> DataFrame:
    """The table's rows of the named listeners, or all its rows where none is named."""
    rows = lake.read(table)
    return Listeners.named(lake.spark, listeners, USER_BUCKETS).of(rows) if listeners else rows
