"""Every table in the order that data reaches it: the reading guide to the lake."""

from jobs.gold import artist_play_count, evaluation, listener_neighbors, track_candidates, track_play_count
from jobs.silver import (
    album_tracks,
    artist_aliases,
    artist_top_albums,
    artist_top_tracks,
    artists,
    audio_features,
    build_log,
    catalogue_log,
    community_items,
    community_model,
    community_plays,
    community_similar_artists,
    dim_users,
    feedback,
    ingest_log,
    plays,
    quality_log,
    quarantine,
    similar_artists,
    tag_top_tracks,
    tracks,
)
from jobs.strategies import MODULES

# Pages that flows/ landed become plays; what cannot be a play is kept aside; every page is accounted for.
PLAYS = (quarantine.TABLE, plays.TABLE, ingest_log.TABLE)
# Whose names stand for other artists', since a person says so: plays and facts are read with that in mind.
ALIASES = (artist_aliases.TABLE,)
# How fast each listener's past fades, and what they played, with that in mind.
PLAY_COUNTS = (dim_users.TABLE, artist_play_count.TABLE, track_play_count.TABLE)
# Answers that flows/ landed become facts about music, the same for every listener.
CATALOGUE = (
    similar_artists.TABLE,
    artist_top_tracks.TABLE,
    artist_top_albums.TABLE,
    tag_top_tracks.TABLE,
    album_tracks.TABLE,
    artists.TABLE,
    tracks.TABLE,
    catalogue_log.TABLE,
)
# What other people listen to, and what is learned from it, the same for every listener.
COMMUNITY = (community_plays.TABLE, community_items.TABLE, community_similar_artists.TABLE, community_model.TABLE)
# How tracks sound, the same for every listener.
FEATURES = (audio_features.TABLE,)
# What listeners said in the app of what they were shown.
FEEDBACK = (feedback.TABLE,)
# What each strategy proposes, and all of it as one list.
CANDIDATES = (*(module.TABLE for module in MODULES.values()), track_candidates.TABLE)
# Who listens alike, of those who asked for it.
NEIGHBORS = (listener_neighbors.TABLE,)
# How good candidates are, on plays that no step has seen: only where somebody asks, and no step's.
EVALUATION = (evaluation.TABLE,)
# What the runs wrote down about themselves.
LOGS = (build_log.TABLE, quality_log.TABLE)

TABLES = (
    *PLAYS,
    *ALIASES,
    *PLAY_COUNTS,
    *CATALOGUE,
    *COMMUNITY,
    *FEATURES,
    *FEEDBACK,
    *CANDIDATES,
    *NEIGHBORS,
    *EVALUATION,
    *LOGS,
)
BY_NAME = {table.name: table for table in TABLES}
# Names for the steps in which flows ask for them.
STEPS = {
    step: tuple(table.name for table in tables)
    for step, tables in {
        "plays": PLAYS,
        "play-counts": PLAY_COUNTS,
        "catalogue": CATALOGUE,
        "community": COMMUNITY,
        "features": FEATURES,
        "feedback": FEEDBACK,
        "neighbors": NEIGHBORS,
        "candidates": CANDIDATES,
    }.items()
}
