"""Builds gold.listener_neighbors, listeners with similar taste who opted in, as a whole if anything changed."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from jobs.aliases import aliases_version, known_facts
from jobs.audit import Gate
from jobs.gold import artist_play_count
from jobs.gold.listener_neighbors import TABLE, build
from jobs.json_file import write_json
from jobs.lake import USER_BUCKETS, Lake
from jobs.listeners import Listeners
from jobs.report import Report, Written
from jobs.session import at_hand
from jobs.silver import community_plays, dim_users

# A file in the table's folder, which Delta ignores for its underscore. It shows without a query if all is up to date.
BUILT_FROM = "_built_from.json"


def find_neighbors(lake: Lake, gate: Gate, joined: Sequence[str], *, now: datetime) -> Report:
    """Build the table again if the listeners who joined, their plays or the community have changed since.

    If nobody joined and nobody ever had, this reads nothing. Raises `GateClosed`.
    """
    if not _concerns(lake, joined):
        return Report()
    with lake.building():
        version = _version(lake, joined)
        if version == _built_version(lake):
            return Report()
        whose = Listeners.named(lake.spark, joined, USER_BUCKETS) if joined else None
        played = lake.read(artist_play_count.TABLE).where(whose.condition if whose else "false")
        rows = at_hand(build(played, *known_facts(lake, community_plays.TABLE), computed_at=now))
        count = rows.count()
        results = gate(rows, TABLE, count=count)
        lake.replace(TABLE, rows, "true")
        write_json(lake.path(TABLE) / BUILT_FROM, {"version": version})
    return Report(written=(Written(TABLE.name, len(joined), count),), gates=results)


def outdated_neighbors(lake: Lake, joined: Sequence[str]) -> bool:
    """Whether the table differs from what would be built now for those who joined."""
    return _concerns(lake, joined) and _version(lake, joined) != _built_version(lake)


def _concerns(lake: Lake, joined: Sequence[str]) -> bool:
    """Whether anybody joined, or ever had; runs no Spark job."""
    return bool(joined) or lake.has_rows(TABLE)


def _version(lake: Lake, joined: Sequence[str]) -> str:
    """A hash of all inputs of the table; "" if nobody joined."""
    if not joined:
        return ""
    whose = Listeners.named(lake.spark, sorted(joined), USER_BUCKETS)
    users = whose.of(lake.read(dim_users.TABLE)).select("username", "built_from").orderBy("username")
    made_of = [[list(row) for row in users.collect()], lake.version(community_plays.TABLE), aliases_version(lake)]
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()


def _built_version(lake: Lake) -> str | None:
    """The `_version` from which the table was built; None if it never was."""
    built_from = lake.path(TABLE) / BUILT_FROM
    return str(json.loads(built_from.read_text())["version"]) if built_from.exists() else None
