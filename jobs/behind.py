"""Reports how far each step is behind its inputs, so that steps whose event was missed can be run."""

from collections.abc import Sequence
from pathlib import Path

from jobs.audio import pending_features
from jobs.bronze import pages
from jobs.catalogue import pending_answers
from jobs.community import pending_files
from jobs.feedback import pending_feedback
from jobs.ingest import SOURCES
from jobs.lake import Lake
from jobs.neighbors import outdated_neighbors
from jobs.publish import not_served
from jobs.rebuild import Moment, outdated_users, stale_tables
from jobs.silver import ingest_log
from jobs.tables import STEPS


def behind(lake: Lake, home: Path, moment: Moment, joined: Sequence[str] | None = None) -> dict[str, int]:
    """By step, how much there is to do: landed pages or files to consume, 0 or 1 for neighbors, else listeners.

    `joined` are the listeners who may be shown to each other, if known.
    """
    bronze = home / "bronze"
    consumed = pages.consumed(lake, ingest_log.TABLE)
    landed = sum(len(pages.pending(bronze, source.SOURCE, source.METHOD, consumed)) for source in SOURCES)
    stale = stale_tables(lake, (*STEPS["play-counts"], *STEPS["candidates"]), moment.now)
    outdated = {row.username for row in outdated_users(lake, moment).collect()}
    return {
        "plays": landed,
        "play-counts": len(outdated | _listeners(stale, STEPS["play-counts"])),
        "catalogue": len(pending_answers(lake, bronze)),
        "community": len(pending_files(lake, bronze)),
        "features": len(pending_features(lake, bronze)),
        "feedback": len(pending_feedback(lake, bronze)),
        "candidates": len(_listeners(stale, STEPS["candidates"])),
        "neighbors": int(joined is not None and outdated_neighbors(lake, joined)),
        "publish": len(not_served(lake, home / "served").names),
    }


def _listeners(stale: dict[str, list[str]], tables: tuple[str, ...]) -> set[str]:
    return {listener for table in tables for listener in stale.get(table, [])}
