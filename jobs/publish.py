"""Gold to the served SQLite file: one whole file a version, switched by an atomic rename."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.gold import artist_play_count, track_candidates
from jobs.lake import USER_BUCKETS, Lake, Table
from jobs.listeners import Listeners
from jobs.locks import locked
from jobs.report import Report, Written
from jobs.silver import build_log, dim_users
from jobs.strategies import STRATEGIES

FORMAT = 1
CURRENT = "current.sqlite"
VERSIONS_KEPT = 2
TOP_ARTISTS = 50
# Bounds what is held in memory at once: some half a million rows.
LISTENERS_AT_ONCE = 500
DDL = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE listeners (
  username TEXT PRIMARY KEY, play_count INTEGER NOT NULL, first_played_at TEXT NOT NULL, last_played_at TEXT NOT NULL,
  listening_span_days REAL NOT NULL, half_life_days REAL NOT NULL, as_of TEXT NOT NULL, built_from TEXT NOT NULL,
  top_artists TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE recommendations (
  username TEXT NOT NULL, position INTEGER NOT NULL, artist_id TEXT NOT NULL, strategies TEXT NOT NULL,
  row TEXT NOT NULL, PRIMARY KEY (username, position)
) WITHOUT ROWID;
"""
INSTANT = "yyyy-MM-dd'T'HH:mm:ss'Z'"


def publish(lake: Lake, served: Path, *, published_at: datetime) -> Report:
    """Bring the listeners whose candidates changed into a new version of the served file, and switch to it."""
    with locked(served / ".publishing"):
        current = served / CURRENT
        stale = not_served(lake, served)
        if not stale.names and current.exists():
            return Report()
        version = _version(served, published_at)
        unfinished = version.with_suffix(".unfinished")
        rows = _write(lake, current, unfinished, stale, published_at)
        unfinished.replace(version)
        _switch(current, version)
        _forget(served)
    return Report(written=(Written("served", len(stale.names), rows),))


def _version(served: Path, published_at: datetime) -> Path:
    """A name that no version has, and that sorts behind all of them."""
    prefix = f"segue-{published_at:%Y%m%dT%H%M%S}"
    return served / f"{prefix}-{len(list(served.glob(f'{prefix}-*.sqlite'))):03}.sqlite"


def not_served(lake: Lake, served_from: Path) -> Listeners:
    """The listeners whose finished candidates are not those in the served file, and those who have none any more.

    A lake without a single list is a new one, or damaged: what is served then stays.
    """
    served = _served(served_from / CURRENT)
    rows = _finished(lake).orderBy("username").collect()
    stale = Listeners.among([row for row in rows if served.get(row.username) != row.built_from])
    gone = sorted(served.keys() - {row.username for row in rows})
    if not gone or not rows:
        return stale
    forgotten = Listeners.named(lake.spark, gone, USER_BUCKETS)
    return Listeners(stale.names + forgotten.names, tuple(sorted({*stale.buckets, *forgotten.buckets})))


def _finished(lake: Lake) -> DataFrame:
    """Whose list is finished, and what it was built from."""
    logged = lake.read(build_log.TABLE).where(F.col("table") == track_candidates.TABLE.name)
    return logged.select("username", "user_bucket", "built_from")


def _served(current: Path) -> dict[str, str]:
    """What each listener's rows in the served file were built from; nothing where the file is gone or damaged."""
    try:
        with sqlite3.connect(f"file:{current}?mode=ro", uri=True) as store:
            sound = store.execute("PRAGMA quick_check").fetchone() == ("ok",)
            same_format = store.execute("PRAGMA user_version").fetchone() == (FORMAT,)
            return dict(store.execute("SELECT username, built_from FROM listeners")) if sound and same_format else {}
    except sqlite3.DatabaseError:
        return {}


def _write(lake: Lake, current: Path, unfinished: Path, stale: Listeners, published_at: datetime) -> int:
    unfinished.unlink(missing_ok=True)
    if _served(current):
        shutil.copyfile(current, unfinished)
    with sqlite3.connect(unfinished) as store:
        if not unfinished.stat().st_size:
            store.executescript(DDL + f"PRAGMA user_version = {FORMAT};")
        rows = sum(_replace(store, lake, group) for group in _groups(stale))
        store.execute("INSERT OR REPLACE INTO meta VALUES ('published_at', ?)", (f"{published_at:%Y-%m-%dT%H:%M:%SZ}",))
    store.close()
    descriptor = os.open(unfinished, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
    return rows


def _replace(store: sqlite3.Connection, lake: Lake, stale: Listeners) -> int:
    names = [(name,) for name in stale.names]
    store.executemany("DELETE FROM listeners WHERE username = ?", names)
    store.executemany("DELETE FROM recommendations WHERE username = ?", names)
    with ThreadPoolExecutor(2) as pool:
        listeners, tracks = pool.map(_rows, (_listeners(lake, stale), _recommendations(lake, stale)))
    store.executemany("INSERT INTO listeners VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", listeners)
    return store.executemany("INSERT INTO recommendations VALUES (?, ?, ?, ?, ?)", tracks).rowcount


def _listeners(lake: Lake, stale: Listeners) -> DataFrame:
    artists = _of(lake, artist_play_count.TABLE, stale)
    by_recency = Window.partitionBy("user_bucket", "username").orderBy(F.desc("recency_score"), "artist_id")
    top = artists.withColumn("place", F.row_number().over(by_recency)).where(F.col("place") <= TOP_ARTISTS)
    shown = F.struct("place", "artist_id", "artist_name", "play_count", "recency_score", "last_played_at")
    lists = top.groupBy("username").agg(F.to_json(F.array_sort(F.collect_list(shown))).alias("top_artists"))
    return (
        _of(lake, dim_users.TABLE, stale)
        .drop("built_from")
        .join(stale.of(_finished(lake)).drop("user_bucket"), on="username", how="inner")
        .join(lists, on="username", how="inner")
        .select(
            "username",
            "play_count",
            *(F.date_format(name, INSTANT).alias(name) for name in ("first_played_at", "last_played_at")),
            "listening_span_days",
            "half_life_days",
            F.date_format("as_of", INSTANT).alias("as_of"),
            "built_from",
            "top_artists",
        )
    )


def _recommendations(lake: Lake, stale: Listeners) -> DataFrame:
    """Rows ready to send, placed by score, then strategies, then track_id."""
    placed = Window.partitionBy("user_bucket", "username").orderBy(F.desc("score"), F.desc("strategies"), "track_id")
    flags = F.array_compact(F.array(*(F.when(F.col(name), name) for name in STRATEGIES)))
    reasons = F.transform(
        "reasons",
        lambda one: F.struct(one["strategy"], one["score_normalized"], F.parse_json(one["facts"]).alias("facts")),
    )
    row = F.struct(
        *("track_id", "track_name", "artist_id", "artist_name", "album_name", "score"),
        flags.alias("strategies"),
        reasons.alias("reasons"),
        "listeners",
        F.transform("tags", lambda tag: tag["name"]).alias("tags"),
    )
    return _of(lake, track_candidates.TABLE, stale).select(
        "username",
        F.row_number().over(placed).alias("position"),
        "artist_id",
        F.array_join(flags, ",").alias("flags"),
        F.to_json(row, {"ignoreNullFields": "false"}).alias("row"),
    )


def _of(lake: Lake, table: Table, stale: Listeners) -> DataFrame:
    return stale.of(lake.read(table))


def _rows(frame: DataFrame) -> list[tuple[object, ...]]:
    return list(zip(*frame.toArrow().to_pydict().values(), strict=True))


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
