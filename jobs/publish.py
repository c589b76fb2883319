"""Publishes gold to the served SQLite file: each version is a whole file, switched to by an atomic rename."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from pyspark.sql import Row
from pyspark.sql import functions as F

from jobs.aliases import ends_by_id
from jobs.gold import listener_neighbors, track_candidates
from jobs.lake import USER_BUCKETS, Lake
from jobs.listeners import Listeners
from jobs.locks import locked
from jobs.report import Report, Written
from jobs.served.evaluation import evaluation_state, latest_evaluation
from jobs.served.filling import catalogue_state, replace_catalogue, replace_listeners
from jobs.served.neighbors import neighbors_state, replace_neighbors
from jobs.served.schema import DDL, FORMAT
from jobs.served.trending import replace_trending
from jobs.silver import build_log
from jobs.strategies import STRATEGIES

CURRENT = "current.sqlite"
VERSIONS_KEPT = 2
# Bounds what is held in memory at once: about half a million rows.
LISTENERS_AT_ONCE = 100
CATALOGUE = "catalogue"
EVALUATION, EVALUATED = "evaluation", "evaluation_version"
ALIASES = "artist_aliases"
NEIGHBORS = "neighbors_version"
# For content that changes independently of lists: the key in `meta` of the state served, and the lake's state.
STATES: Mapping[str, Callable[[Lake], str]] = {EVALUATED: evaluation_state, NEIGHBORS: neighbors_state}


def publish(lake: Lake, served: Path, *, published_at: datetime) -> Report:
    """Write a new version of the served file with the listeners whose candidates changed, and switch to it."""
    with locked(served / ".publishing"):
        current = served / CURRENT
        finished, present = _finished(lake), _served(current)
        stale = _differing(lake, finished, present)
        same = all(_read_noted(current, key) == state(lake) for key, state in STATES.items())
        if not stale.names and current.exists() and same:
            return Report()
        version = _version(served, published_at)
        unfinished = version.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        if present:
            shutil.copyfile(current, unfinished)
        built_from = {row.username: row.built_from for row in finished}
        rows = _write(lake, unfinished, stale, built_from, published_at)
        unfinished.replace(version)
        _switch(current, version)
        _forget(served)
    return Report(written=(Written("served", len(stale.names), rows),))


def _version(served: Path, published_at: datetime) -> Path:
    """A file name that is new and sorts after those of all versions."""
    prefix = f"segue-{published_at:%Y%m%dT%H%M%S}"
    return served / f"{prefix}-{len(list(served.glob(f'{prefix}-*.sqlite'))):03}.sqlite"


def not_served(lake: Lake, served_from: Path) -> Listeners:
    """The listeners whose finished candidates differ from those in the served file, or who have none any more.

    If no list was ever finished, the lake is new: what is served stays.
    """
    return _differing(lake, _finished(lake), _served(served_from / CURRENT))


def _differing(lake: Lake, finished: Sequence[Row], served: Mapping[str, str]) -> Listeners:
    stale = Listeners.among([row for row in finished if served.get(row.username) != row.built_from])
    gone = sorted(served.keys() - {row.username for row in finished})
    if not gone or not lake.has_rows(build_log.TABLE):
        return stale
    forgotten = Listeners.named(lake.spark, gone, USER_BUCKETS)
    return Listeners(stale.names + forgotten.names, tuple(sorted({*stale.buckets, *forgotten.buckets})))


def _finished(lake: Lake) -> list[Row]:
    """The listeners whose list is finished, by name, and what it was built from."""
    logged = lake.read(build_log.TABLE).where(F.col("table") == track_candidates.TABLE.name)
    return logged.select("username", "user_bucket", "built_from").orderBy("username").collect()


def _served(current: Path) -> dict[str, str]:
    """What each listener's rows in the served file were built from; empty if the file is missing or damaged."""
    try:
        with sqlite3.connect(f"file:{current}?mode=ro", uri=True) as store:
            sound = store.execute("PRAGMA quick_check").fetchone() == ("ok",)
            same_format = store.execute("PRAGMA user_version").fetchone() == (FORMAT,)
            return dict(store.execute("SELECT username, built_from FROM listeners")) if sound and same_format else {}
    except sqlite3.DatabaseError:
        return {}


def _write(
    lake: Lake, unfinished: Path, stale: Listeners, built_from: Mapping[str, str], published_at: datetime
) -> int:
    with closing(sqlite3.connect(unfinished)) as store, store:
        if not unfinished.stat().st_size:
            store.executescript(DDL + f"PRAGMA user_version = {FORMAT};")
        rows = sum(replace_listeners(store, lake, group, built_from) for group in _groups(stale))
        known = catalogue_state(lake)
        if known != _noted(store, CATALOGUE):
            replace_catalogue(store, lake)
        replace_trending(store)
        notes = {"published_at": f"{published_at:%Y-%m-%dT%H:%M:%SZ}", "strategies": json.dumps(STRATEGIES)}
        notes |= {CATALOGUE: known, ALIASES: json.dumps(ends_by_id(lake))}
        notes |= _evaluated(store, lake) | _neighbors(store, lake)
        store.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", notes.items())
    descriptor = os.open(unfinished, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
    return rows


def _evaluated(store: sqlite3.Connection, lake: Lake) -> dict[str, str]:
    """The latest evaluation, if the file holds another one or none."""
    state = evaluation_state(lake)
    if state == (_noted(store, EVALUATED) or ""):
        return {}
    return {EVALUATED: state, EVALUATION: latest_evaluation(lake)}


def _neighbors(store: sqlite3.Connection, lake: Lake) -> dict[str, str]:
    """Replace the listeners' neighbors, if the file holds another state of them."""
    state = neighbors_state(lake)
    if state == (_noted(store, NEIGHBORS) or ""):
        return {}
    replace_neighbors(store, lake.read(listener_neighbors.TABLE))
    return {NEIGHBORS: state}


def _read_noted(current: Path, key: str) -> str:
    """The value noted in the served file; empty if the file is missing or damaged."""
    try:
        with closing(sqlite3.connect(f"file:{current}?mode=ro", uri=True)) as store:
            return _noted(store, key) or ""
    except sqlite3.DatabaseError:
        return ""


def _noted(store: sqlite3.Connection, key: str) -> str | None:
    found = store.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return found and str(found[0])


def _groups(stale: Listeners) -> Iterator[Listeners]:
    for start in range(0, len(stale.names), LISTENERS_AT_ONCE):
        yield Listeners(stale.names[start : start + LISTENERS_AT_ONCE], stale.buckets)


def _switch(current: Path, version: Path) -> None:
    link = current.with_suffix(".link")
    link.unlink(missing_ok=True)
    link.symlink_to(version.name)
    link.replace(current)


def _forget(served: Path) -> None:
    versions = sorted(served.glob("segue-*.sqlite"))
    for old in versions[:-VERSIONS_KEPT]:
        old.unlink()
