"""served.recommendations and served.lists: each listener's candidates, ready to send, and the columns to filter by."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.served.facets import Candidate, packed
from jobs.served.schema import POSITIONS
from jobs.strategies import STRATEGIES

Row = dict[str, Any]

# The only strategy that proposes played tracks: the gate closes if another one does.
PROPOSES_PLAYED = "old_favorite"


def build(track_candidates: DataFrame) -> DataFrame:
    """Rows with their position by score, then strategies, then track_id, and the columns that lists are filtered by."""
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
    return track_candidates.select(
        "username",
        F.row_number().over(placed).alias("position"),
        F.to_json(row, {"ignoreNullFields": "false"}).alias("row"),
        "track_id",
        "artist_id",
        F.array_join(flags, ",").alias("flags"),
        "listeners",
        F.col(PROPOSES_PLAYED).alias("heard"),
        "track_name",
        "artist_name",
        "album_name",
    )


def insert(
    store: sqlite3.Connection,
    rows: Iterable[Row],
    artist_plays: Mapping[tuple[str, str], int],
    strategies: Sequence[str] = STRATEGIES,
) -> int:
    """Add the rows of `build`; return their number. `artist_plays` is by listener and artist."""
    in_order = sorted(rows, key=itemgetter("username", "position"))
    for username, of_listener in groupby(in_order, key=itemgetter("username")):
        listed = list(of_listener)
        columns = packed([_candidate(row, artist_plays) for row in listed], strategies)
        number = store.execute("INSERT INTO lists VALUES (NULL, ?, ?, ?, ?, ?)", (username, *columns)).lastrowid or 0
        numbered = ((number * POSITIONS + row["position"], row["row"]) for row in listed)
        store.executemany("INSERT INTO recommendations VALUES (?, ?)", numbered)
    return len(in_order)


def remove(store: sqlite3.Connection, usernames: Iterable[str]) -> None:
    """Delete these listeners' rows."""
    for username in usernames:
        for (number,) in store.execute("SELECT id FROM lists WHERE username = ?", (username,)).fetchall():
            first, last = number * POSITIONS, (number + 1) * POSITIONS - 1
            store.execute("DELETE FROM recommendations WHERE id BETWEEN ? AND ?", (first, last))
            store.execute("DELETE FROM lists WHERE id = ?", (number,))


def _candidate(row: Row, artist_plays: Mapping[tuple[str, str], int]) -> Candidate:
    return Candidate(
        track_id=row["track_id"],
        artist_id=row["artist_id"],
        strategies=tuple(row["flags"].split(",")),
        artist_plays=artist_plays.get((row["username"], row["artist_id"]), 0),
        listeners=row["listeners"],
        heard=row["heard"],
    )
