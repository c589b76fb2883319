"""served.recommendations and served.lists: each listener's candidates, ready to send, and what picks among them."""

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.served.facets import Candidate, packed
from jobs.served.schema import POSITIONS
from jobs.strategies import STRATEGIES

# The one strategy that proposes what was played: the gate closes on any other that does.
PROPOSES_PLAYED = "old_favorite"


def build(track_candidates: DataFrame, artist_counts: DataFrame) -> DataFrame:
    """Rows placed by score, then strategies, then track_id, with what a list is picked by."""
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
    plays = artist_counts.select("user_bucket", "username", "artist_id", F.col("play_count").alias("artist_plays"))
    return track_candidates.join(plays, on=["user_bucket", "username", "artist_id"], how="left").select(
        "username",
        F.row_number().over(placed).alias("position"),
        F.to_json(row, {"ignoreNullFields": "false"}).alias("row"),
        "track_id",
        "artist_id",
        F.array_join(flags, ",").alias("flags"),
        F.coalesce("artist_plays", F.lit(0)).alias("artist_plays"),
        "listeners",
        F.col(PROPOSES_PLAYED).alias("heard"),
    )


def insert(store: sqlite3.Connection, rows: Iterable[Sequence[Any]], strategies: Sequence[str] = STRATEGIES) -> int:
    """Add the rows that `build` gave; how many there were."""
    in_order = sorted(rows, key=itemgetter(0, 1))
    for username, of_listener in groupby(in_order, key=itemgetter(0)):
        listed = list(of_listener)
        columns = (username, *packed([_candidate(row) for row in listed], strategies))
        number = store.execute("INSERT INTO lists VALUES (NULL, ?, ?, ?, ?, ?)", columns).lastrowid or 0
        numbered = ((number * POSITIONS + row[1], row[2]) for row in listed)
        store.executemany("INSERT INTO recommendations VALUES (?, ?)", numbered)
    return len(in_order)


def remove(store: sqlite3.Connection, usernames: Iterable[str]) -> None:
    """Take these listeners' rows out."""
    for username in usernames:
        for (number,) in store.execute("SELECT id FROM lists WHERE username = ?", (username,)).fetchall():
            first, last = number * POSITIONS, (number + 1) * POSITIONS - 1
            store.execute("DELETE FROM recommendations WHERE id BETWEEN ? AND ?", (first, last))
            store.execute("DELETE FROM lists WHERE id = ?", (number,))


def _candidate(row: Sequence[Any]) -> Candidate:
    _, _, _, track_id, artist_id, flags, artist_plays, listeners, heard = row
    return Candidate(
        track_id=track_id,
        artist_id=artist_id,
        strategies=tuple(flags.split(",")),
        artist_plays=artist_plays,
        listeners=listeners,
        heard=heard,
    )
