"""Every table in the order that data reaches it: the reading guide to the lake."""

from jobs.gold import artist_play_count, track_candidates, track_play_count
from jobs.silver import (
    build_log,
    candidate_old_favorite,
    dim_users,
    ingest_log,
    plays,
    quality_log,
    quarantine,
)

TABLES = (
    # Pages that flows/ landed become plays; what cannot be a play is kept aside; every page is accounted for.
    quarantine.TABLE,
    plays.TABLE,
    ingest_log.TABLE,
    # How fast each listener's past fades, and what they played, with that in mind.
    dim_users.TABLE,
    artist_play_count.TABLE,
    track_play_count.TABLE,
    # What each strategy proposes, and all of it as one list.
    candidate_old_favorite.TABLE,
    track_candidates.TABLE,
    # What the runs wrote down about themselves.
    build_log.TABLE,
    quality_log.TABLE,
)
BY_NAME = {table.name: table for table in TABLES}
