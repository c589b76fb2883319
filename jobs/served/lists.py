"""served.recommendations and served.lists: each listener's candidates, ready to send, and what picks among them."""

import sqlite3
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.served.facets import Candidate, packed
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


def insert(store: sqlite3.Connection, rows: Iterable[Sequence[object]], strategies: Sequence[str] = STRATEGIES) -> int:
    """Add the rows that `build` gave; how many there were."""
    in_order = sorted(rows, key=itemgetter(0, 1))
    for username, of_listener in groupby(in_order, key=itemgetter(0)):
        candidates = [_candidate(row) for row in of_listener]
        store.execute("INSERT INTO lists VALUES (?, ?, ?, ?, ?)", (username, *packed(candidates, strategies)))
    store.executemany("INSERT INTO recommendations VALUES (?, ?, ?)", (row[:3] for row in in_order))
    return len(in_order)


def _candidate(row: Sequence[object]) -> Candidate:
    _, _, _, track_id, artist_id, flags, artist_plays, listeners, heard = row
    return Candidate(
        track_id=str(track_id),
        artist_id=str(artist_id),
        strategies=tuple(str(flags).split(",")),
        artist_plays=int(str(artist_plays)),
        listeners=None if listeners is None else int(str(listeners)),
        heard=bool(heard),
    )
