"""Fills a served file from the lake: the rows of some listeners, and the facts about music."""

import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame

from jobs.aliases import aliases_version, known_facts
from jobs.gold import artist_play_count, track_candidates, track_play_count
from jobs.lake import Lake
from jobs.listeners import Listeners
from jobs.served import catalogue, listening, lists, profiles, recordings, sounds, words
from jobs.served.schema import BY_USERNAME
from jobs.silver import (
    artist_top_tracks,
    artists,
    audio_features,
    dim_users,
    plays,
    similar_artists,
    tag_top_tracks,
    tracks,
)

KNOWN = (artists.TABLE, similar_artists.TABLE, artist_top_tracks.TABLE, tag_top_tracks.TABLE)
# Spark runs two small queries at once about as fast as one.
ASKED_AT_ONCE = 2

Row = dict[str, Any]


def replace_listeners(store: sqlite3.Connection, lake: Lake, stale: Listeners, built_from: Mapping[str, str]) -> int:
    """Replace these listeners' rows in the file; return how many recommendations they have.

    `built_from` has what each finished list was built from: listeners without one get no rows.
    """
    for table in BY_USERNAME:
        names = [(name,) for name in stale.names]
        store.executemany(f"DELETE FROM {table} WHERE username = ?", names)  # noqa: S608
    lists.remove(store, stale.names)
    rows = {name: _named(frame) for name, frame in _collected(_of_listeners(lake, stale)).items()}
    artists, tracks = _by_listener(rows["artists"]), _by_listener(rows["tracks"])
    recent, clock = _by_listener(rows["recent"]), _by_listener(rows["clock"])
    users = [(one, name) for one in rows["users"] if (name := one["username"]) in built_from]
    listeners = [profiles.row_of(one, built_from[name], artists[name], len(tracks[name])) for one, name in users]
    profiles.insert(store, listeners)
    listened = {name: listening.rows_of(artists[name], tracks[name], recent[name], clock[name]) for _, name in users}
    listening.insert(store, listened)
    known = ("track_id", "track_name", "artist_id", "artist_name", "album_name", "listeners")
    words.add_heard(store, [[row.get(name) for name in known] for row in (*rows["tracks"], *rows["lists"])])
    recordings.insert(store, rows["recordings"])
    artist_plays = {(row["username"], row["artist_id"]): row["play_count"] for row in rows["artists"]}
    return lists.insert(store, rows["lists"], artist_plays)


def replace_catalogue(store: sqlite3.Connection, lake: Lake) -> None:
    """Replace the facts about music in the file by the present ones."""
    known, near, top, tagged, named, sounding = known_facts(lake, *KNOWN, tracks.TABLE, audio_features.TABLE)
    rows = _collected(
        {
            "artists": catalogue.artist_rows(known, near, top),
            "tracks": catalogue.track_rows(known, top, tagged, named),
            "tags": catalogue.tag_rows(known, tagged),
            "sounds": sounds.build(sounding),
        }
    )
    words.add_artists(store, _in_order(rows["artists"]))
    words.add_tracks(store, _in_order(rows["tracks"]))
    catalogue.replace_tags(store, _in_order(rows["tags"]))
    heard = _named(rows["sounds"])
    words.add_heard(store, [[*(row[name] for name in sounds.NAMES), None] for row in heard])
    sounds.replace(store, [(row["track_id"], row["unit"]) for row in heard])


def catalogue_state(lake: Lake) -> str:
    """Changes with the catalogue: the versions of its tables, and of the aliases."""
    return ".".join(str(lake.version(table)) for table in (*KNOWN, audio_features.TABLE)) + aliases_version(lake)


def _of_listeners(lake: Lake, stale: Listeners) -> Mapping[str, DataFrame]:
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
    return {
        "lists": lists.build(candidates),
        "tracks": listening.counts(by_track, *listening.TRACK),
        "recent": listening.recent_counts(listening.aged(heard, users)),
        "clock": listening.by_the_clock(heard),
        "artists": listening.counts(by_artist, *listening.ARTIST),
        "recordings": recordings.build(heard, candidates, *known_facts(lake, tracks.TABLE)),
        "users": profiles.build(users),
    }


def _collected(frames: Mapping[str, DataFrame]) -> dict[str, pa.Table]:
    with ThreadPoolExecutor(ASKED_AT_ONCE) as pool:
        return dict(zip(frames, pool.map(DataFrame.toArrow, frames.values()), strict=True))


def _named(table: pa.Table) -> list[Row]:
    rows: list[Row] = table.to_pylist()
    return rows


def _in_order(table: pa.Table) -> list[tuple[object, ...]]:
    return list(zip(*table.to_pydict().values(), strict=True))


def _by_listener(rows: Sequence[Row]) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["username"]].append(row)
    return found
