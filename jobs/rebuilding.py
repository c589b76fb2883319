"""Builds derived tables in a pipeline: each once its inputs are built, while others are audited and committed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import TypeVar

from pyspark.sql import DataFrame

from jobs.aliases import Aliases
from jobs.audit import COMMITS_AT_ONCE, Gate, fewest_after
from jobs.gold import artist_play_count, track_candidates, track_play_count
from jobs.lake import Lake, Table, literal_rows
from jobs.listeners import Listeners, within
from jobs.report import GateResult, Report, Written
from jobs.session import at_hand
from jobs.silver import dim_users, feedback
from jobs.strategies import MODULES, PLAYED
from jobs.tables import BY_NAME
from jobs.unwanted import without_unwanted

# Makes a table's rows from the frames of the tables in its `reads`, in that order, and the time of the run.
Build = Callable[[Sequence[DataFrame], datetime], DataFrame]
Ready = TypeVar("Ready")
# How many tables are built at once: a small one keeps one core busy, mostly with planning.
BUILDS_AT_ONCE = 2
# The rows of this many other listeners are written anew sooner than Delta finds those of the listeners to replace.
FEW_OTHERS = 100
# Most strategies and gates read these, and each time Delta would look for the files anew.
READ_OFTEN = {module.TABLE.name for module in (artist_play_count, track_play_count, dim_users)}
MUST_BE_UNPLAYED = {
    track_candidates.TABLE.name,
    *(module.TABLE.name for name, module in MODULES.items() if name != PLAYED),
}


class Rebuilding:
    """Rebuilds the rows of some listeners, table after table.

    A table waits for the rows that it reads, but not for their audit or commit; tables that do not read each other are
    built side by side. Audits run one after another, so nothing is committed that was built from rows that a gate
    refused; tables that passed their gate before that are still committed. `accept_fewer`: a collapse in the number of
    rows is intended.
    """

    def __init__(self, lake: Lake, gate: Gate, *, accept_fewer: bool) -> None:
        self._lake, self._gate, self.accept_fewer = lake, gate, accept_fewer
        self._aliases = Aliases.of(lake)
        self._builder = ThreadPoolExecutor(BUILDS_AT_ONCE)
        self._auditor = ThreadPoolExecutor(1)
        self._committer = ThreadPoolExecutor(COMMITS_AT_ONCE)
        self._audited = _ready(None)
        self._commits: list[Future[None]] = []
        self._counts: dict[str, Mapping[str, int]] = {}
        self._built: dict[str, tuple[Listeners, Future[DataFrame]]] = {}
        self._whole: dict[str, DataFrame] = {}
        self._found: dict[tuple[str, Listeners], Future[DataFrame]] = {}
        self._known: dict[tuple[int, ...], Collection[str]] = {}
        self._results: list[GateResult] = []

    def __enter__(self) -> "Rebuilding":
        return self

    def __exit__(self, *raised: object) -> None:
        self._builder.shutdown(wait=True)
        self._auditor.shutdown(wait=True)
        self._committer.shutdown(wait=True)
        # A gate's refusal says more than an error from building on the refused rows, so it is raised instead.
        self._audited.result()

    def replace(self, table: Table, build: Build, stale: Listeners, now: datetime, before: int | None = None) -> None:
        """Build, audit and commit the table's rows for these listeners in the background, once what it reads is there.

        `before` is how many rows there were, if known. Raises `GateClosed` if an earlier table is known to have failed.
        """
        if self._audited.done():
            self._audited.result()
        if all(self._lake.has_rows(BY_NAME[name]) for name in table.needs):
            # They were submitted before, so of the builders that wait for others one can always go on.
            reads = [self._read(BY_NAME[name], stale) for name in table.reads]
            rows = self._builder.submit(lambda: at_hand(build([one.result() for one in reads], now)))
        else:
            rows = self._builder.submit(literal_rows, self._lake.spark, table, [])
        self._built[table.name] = (stale, rows)
        played = self._read(track_play_count.TABLE, stale) if table.name in MUST_BE_UNPLAYED else None
        may_stay = partial(self._may_stay, table, stale, now, before)
        self._audited = self._auditor.submit(self._audit, table, may_stay, played, self._audited)

    def latest(self, table: Table, committed: DataFrame) -> DataFrame:
        """The committed rows, replaced by those built in this run, whether these are committed yet or not."""
        if table.name not in self._built:
            return committed
        whose, built = self._built[table.name]
        return committed.where(f"NOT ({whose.condition})").unionByName(built.result())

    def finished(self) -> Report:
        """Wait until all is audited and committed; return what was written. Raises `GateClosed`."""
        self._audited.result()
        for commit in self._commits:
            commit.result()
        written = [
            Written(name, len(self._built[name][0].names), sum(counts.values()))
            for name, counts in self._counts.items()
        ]
        return Report(written=tuple(written), gates=tuple(self._results))

    def rows_of(self, table: str) -> Mapping[str, int]:
        """The number of rows built, for each listener who has any."""
        return self._counts[table]

    def _audit(
        self, table: Table, may_stay: Callable[[], int], played: Future[DataFrame] | None, before: Future[None]
    ) -> None:
        """Check the table's rows and start to commit them, if they and all tables `before` them pass."""
        before.result()
        stale, built = self._built[table.name]
        rows = built.result()
        # By partition too, as the rows were computed: by name alone, they would be shuffled once more.
        counts = {row.username: row["count"] for row in rows.groupBy("user_bucket", "username").count().collect()}
        self._counts[table.name] = counts
        if not counts and not self._lake.has_rows(table):
            # A strategy that has no input yet: nothing to audit, nothing to commit.
            return
        count, fewest = sum(counts.values()), fewest_after(may_stay())
        heard = played.result() if played else None
        self._results += self._gate(rows, table, count=count, fewest=fewest, played=heard)
        self._commits.append(self._committer.submit(self._commit, table, stale, rows))

    def _commit(self, table: Table, stale: Listeners, rows: DataFrame) -> None:
        """Replace the rows; by whole partitions if they hold few other listeners, since Delta then opens no file."""
        names, partitions = frozenset(stale.names), within(stale.buckets)
        others = sum(name not in names for name in self._known_in(stale.buckets))
        if others:
            self._lake.replace(table, rows, stale.condition, partitions if others <= FEW_OTHERS else None)
        else:
            self._lake.replace(table, rows, partitions)

    def _known_in(self, buckets: tuple[int, ...]) -> Collection[str]:
        """All listeners in these partitions for whom anything was ever built."""
        if buckets not in self._known:
            rows = self._lake.read(dim_users.TABLE).where(within(buckets)).select("username")
            self._known[buckets] = [row.username for row in rows.collect()]
        return self._known[buckets]

    def _read(self, table: Table, stale: Listeners) -> Future[DataFrame]:
        """The table's rows for these listeners: those built in this run, or else the committed ones."""
        if not table.of_listeners:
            if table.name not in self._whole:
                self._whole[table.name] = self._aliases.facts(self._lake.read(table), table)
            return _ready(self._whole[table.name])
        if table.name in self._built:
            whose, built = self._built[table.name]
            if whose == stale:
                return built
            self.finished()
        if not self._lake.has_rows(table):
            # The planner knows that this frame is empty, so joins with it cost nothing.
            return _ready(literal_rows(self._lake.spark, table, []))
        committed = self._aliases.facts(stale.of(self._lake.read(table)), table)
        if table.name not in READ_OFTEN:
            return _ready(committed)
        if (table.name, stale) not in self._found:
            self._found[table.name, stale] = self._builder.submit(at_hand, committed)
        return self._found[table.name, stale]

    def _may_stay(self, table: Table, stale: Listeners, now: datetime, before: int | None) -> int:
        """How many present rows may stay: dropping those that listeners no longer want is no collapse."""
        if self.accept_fewer:
            return 0
        may_be_unwanted = feedback.TABLE.name in table.reads and self._lake.has_rows(feedback.TABLE)
        if before is not None and not may_be_unwanted:
            return before
        rows = stale.of(self._lake.read(table))
        if may_be_unwanted:
            rows = without_unwanted(rows, self._read(feedback.TABLE, stale).result(), now)
        return rows.count()


def _ready(result: Ready) -> Future[Ready]:
    future: Future[Ready] = Future()
    future.set_result(result)
    return future
