"""Fills a served file from the lake: some listeners' own rows, and what is known of the music."""

import sqlite3
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from pyspark.sql import DataFrame

from jobs.gold import artist_play_count, track_candidates, track_play_count
from jobs.lake import Lake
from jobs.listeners import Listeners
from jobs.served import catalogue, listening, lists, profiles, words
from jobs.served.schema import BY_USERNAME
from jobs.silver import artist_top_tracks, artists, dim_users, plays, similar_artists, tag_top_tracks, tracks

KNOWN = (artists.TABLE, similar_artists.TABLE, artist_top_tracks.TABLE, tag_top_tracks.TABLE)
# Spark answers two small questions at once about as fast as one.
ASKED_AT_ONCE = 2

Rows = Sequence[tuple[object, ...]]


def replace_listeners(store: sqlite3.Connection, lake: Lake, stale: Listeners, finished: DataFrame) -> int:
    """Put these listeners' rows in place of those that the file holds; how many recommendations they have."""
    for table in BY_USERNAME:
        names = [(name,) for name in stale.names]
        store.executemany(f"DELETE FROM {table} WHERE username = ?", names)  # noqa: S608
    lists.remove(store, stale.names)
    rows = _collected(_of_listeners(lake, stale, finished))
    profiles.insert(store, rows["profiles"])
    listening.insert(store, rows["listening"])
    words.add_heard(store, rows["tracks"])
    return lists.insert(store, rows["lists"])


def replace_catalogue(store: sqlite3.Connection, lake: Lake) -> None:
    """Put what is known of the music now in place of what the file holds of it."""
    known, near, top, tagged = (lake.read(table) for table in KNOWN)
    rows = _collected(
        {
            "artists": catalogue.artist_rows(known, near, top),
            "tracks": catalogue.track_rows(known, top, tagged, lake.read(tracks.TABLE)),
            "tags": catalogue.tag_rows(known, tagged),
        }
    )
    words.add_artists(store, rows["artists"])
    words.add_tracks(store, rows["tracks"])
    catalogue.replace_tags(store, rows["tags"])


def catalogue_state(lake: Lake) -> str:
    """What tells whether the catalogue changed: the versions of its tables."""
    return ".".join(str(lake.version(table)) for table in KNOWN)


def _of_listeners(lake: Lake, stale: Listeners, finished: DataFrame) -> Mapping[str, DataFrame]:
    users, heard, candidates, by_artist, by_track = (
        stale.of(lake.read(table))
        for table in (
            dim_users.TABLE,
            plays.TABLE,
            track_candidates.TABLE,
            artist_play_count.TABLE,
            track_play_count.TABLE,
        )
    )
    aged = listening.aged(heard, users)
    recent = listening.recent_counts(aged)
    return {
        "lists": lists.build(candidates, by_artist),
        "profiles": profiles.build(users, stale.of(finished), by_artist, by_track),
        "listening": listening.build(aged, recent, by_artist, by_track),
        "tracks": words.heard_tracks(by_track, candidates),
    }


def _collected(frames: Mapping[str, DataFrame]) -> dict[str, Rows]:
    with ThreadPoolExecutor(ASKED_AT_ONCE) as pool:
        return dict(zip(frames, pool.map(_rows, frames.values()), strict=True))


def _rows(frame: DataFrame) -> Rows:
    return list(zip(*frame.toArrow().to_pydict().values(), strict=True))
