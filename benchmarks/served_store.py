"""Writes a served store of any size, as jobs/publish.py does, without Spark and a lake."""

import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from jobs.served import lists, profiles
from jobs.served.schema import DDL, FORMAT
from jobs.served.trending import replace_trending
from jobs.strategies import STRATEGIES

PUBLISHED = "2026-06-01T12:00:00Z"
ARTISTS_A_LISTENER = 300
ARTISTS, TAGS = 5_000, ("trip-hop", "electronic", "ambient", "downtempo", "indie", "jazz", "shoegaze", "post-rock")
SYLLABLES = ("ka", "lo", "mi", "ren", "tas", "vel", "dor", "shi", "an", "bel", "cor", "du", "eth", "fal", "gri")


def write_store(served: Path, listeners: int, candidates: int) -> int:
    """Write a version and switch to it; return its size in bytes."""
    served.mkdir(parents=True)
    path = served / "segue-1.sqlite"
    chance = random.Random(1)
    artists = [_name(chance, 2) for _ in range(ARTISTS)]
    with closing(sqlite3.connect(path)) as store, store:
        store.executescript(DDL + f"PRAGMA user_version = {FORMAT};")
        notes = {"published_at": PUBLISHED, "strategies": json.dumps(STRATEGIES)}
        store.executemany("INSERT INTO meta VALUES (?, ?)", notes.items())
        for number in range(listeners):
            username = listener(number)
            profiles.insert(store, [_profile(username)])
            played = chance.sample(artists, ARTISTS_A_LISTENER)
            plays = {(username, artist.lower()): chance.randrange(8) for artist in played}
            lists.insert(store, _rows(chance, username, played, candidates), plays)
        replace_trending(store)
    (served / "current.sqlite").symlink_to(path.name)
    return path.stat().st_size


def listener(number: int) -> str:
    """The name of the listener with this number."""
    return f"listener-{number:04}"


def _profile(username: str) -> tuple[object, ...]:
    times = ("2019-01-01T00:00:00Z", "2026-05-31T00:00:00Z")
    return (username, 50_000, *times, 2707.0, 270.7, PUBLISHED, "benchmark", 900, 9_000, "[]")


def _rows(chance: random.Random, username: str, artists: list[str], candidates: int) -> Iterator[dict[str, Any]]:
    """Rows as large as those of real histories: 1 to 3 strategies, each with its reason."""
    for position in range(1, candidates + 1):
        artist, track = chance.choice(artists), f"{_name(chance, 2)} {position}"
        strategies = [each for each in STRATEGIES if chance.random() < 0.3] or [chance.choice(STRATEGIES)]
        listeners = int(10 ** chance.uniform(1.5, 6.5))
        row = {
            "track_id": f"{track.lower()}|{artist.lower()}",
            "track_name": track,
            "artist_id": artist.lower(),
            "artist_name": artist,
            "album_name": _name(chance, 3),
            "score": 60 / (59 + position),
            "strategies": strategies,
            "reasons": [_reason(chance, each, chance.choice(artists)) for each in strategies],
            "listeners": listeners,
            "tags": chance.sample(TAGS, 4),
        }
        names = {name: row[name] for name in ("track_id", "artist_id", "listeners")}
        picked_by = {"flags": ",".join(strategies), "heard": "old_favorite" in strategies}
        content = json.dumps(row, separators=(",", ":"))
        yield {"username": username, "position": position, "row": content, **names, **picked_by}


def _reason(chance: random.Random, strategy: str, seed: str) -> dict[str, object]:
    facts = {
        "similar_artist": {
            "seed_artist_id": seed.lower(),
            "seed_artist_name": seed,
            "match": chance.random(),
            "seed_play_count": chance.randrange(1, 900),
            "further_seeds": chance.randrange(9),
        },
        "similar_tag": {"tags": [{"tag": tag, "rank": 7, "share": chance.random()} for tag in TAGS[:2]]},
        "deep_cut": {
            "album_name": _name(chance, 3),
            "artist_play_count": 180,
            "obscurity": chance.uniform(0.5, 1),
            "playcount": 4_211,
            "artist_largest_playcount": 5_000_000,
        },
        "old_favorite": {
            "play_count": chance.randrange(3, 90),
            "first_played_at": "2019-03-02T10:00:00Z",
            "last_played_at": "2023-11-20T10:00:00Z",
        },
        "collaborative": {
            "kind": "artist",
            "seeds": [{"item_id": seed.lower(), "artist_name": seed, "track_name": None, "share": chance.random()}],
        },
        "audio_match": {
            "features": [
                {"name": each, "value": chance.random(), "yours": chance.random()}
                for each in ("energy", "tempo", "valence")
            ],
            "genre": chance.choice(TAGS),
            "nearest_track_name": _name(chance, 2),
            "nearest_artist_name": seed,
        },
    }
    return {"strategy": strategy, "score_normalized": chance.random(), "facts": facts[strategy]}


def _name(chance: random.Random, words: int) -> str:
    return " ".join("".join(chance.choices(SYLLABLES, k=chance.randint(1, 3))).title() for _ in range(words))
