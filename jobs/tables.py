"""Every table, in the order in which data reaches it: the reading guide to the lake."""

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

# Plays from the pages that flows/ landed; rows that cannot be a play are quarantined; every page is accounted for.
PLAYS = (quarantine.TABLE, plays.TABLE, ingest_log.TABLE)
# Artist names that a person declared to mean another artist; plays and facts are read with them applied.
ALIASES = (artist_aliases.TABLE,)
# How fast each listener's past fades, and how often they played what, weighted by it.
PLAY_COUNTS = (dim_users.TABLE, artist_play_count.TABLE, track_play_count.TABLE)
# Facts about music from the answers that flows/ landed, the same for every listener.
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
# What other people listen to, and the models fitted to it, the same for every listener.
COMMUNITY = (community_plays.TABLE, community_items.TABLE, community_similar_artists.TABLE, community_model.TABLE)
# How tracks sound, the same for every listener.
FEATURES = (audio_features.TABLE,)
# What listeners answered in the app to what they were shown.
FEEDBACK = (feedback.TABLE,)
# The candidates of each strategy, and of all strategies as one list.
CANDIDATES = (*(module.TABLE for module in MODULES.values()), track_candidates.TABLE)
# Which listeners have similar taste, among those who opted in.
NEIGHBORS = (listener_neighbors.TABLE,)
# How good candidates are, on plays that no strategy has seen: computed on request only, part of no step.
EVALUATION = (evaluation.TABLE,)
# What runs log about themselves.
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
# The tables of each step, by the name that flows use for it.
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
