"""served.neighbors: one row per listener who opted in, with all their neighbors, the nearest first."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from pyspark.sql import DataFrame

from jobs.gold import listener_neighbors
from jobs.lake import Lake

SHOWN = ("neighbor", "people", "similarity", "common", "theirs", "own")


def neighbors_state(lake: Lake) -> str:
    """Changes with the neighbors: the version of their table; "" if nobody ever opted in."""
    return str(lake.version(listener_neighbors.TABLE)) if lake.has_rows(listener_neighbors.TABLE) else ""


def replace_neighbors(store: sqlite3.Connection, neighbors: DataFrame) -> None:
    """Replace all rows in the file by these rows of gold.listener_neighbors."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in neighbors.toArrow().to_pylist():
        found[row["username"]].append({name: row[name] for name in SHOWN})
    store.execute("DELETE FROM neighbors")
    insert_neighbors(store, found)


def insert_neighbors(store: sqlite3.Connection, near: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Add each listener's neighbors, the nearest first."""
    for username, rows in near.items():
        nearest = sorted(rows, key=lambda row: (-row["similarity"], row["neighbor"] or ""))
        store.execute("INSERT INTO neighbors VALUES (?, ?)", (username, json.dumps(nearest, ensure_ascii=False)))
