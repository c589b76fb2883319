"""Small worlds to propose tracks in: told in a few words or drawn at random, and the candidate tables built in them."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import Row as SparkRow
from pyspark.sql import types as T

from jobs.bronze.spotify_features import FEATURES
from jobs.gold import track_candidates
from jobs.lake import Table, literal_rows
from jobs.silver import feedback
from jobs.strategies import MODULES
from jobs.tables import BY_NAME
from tests.jobs.oracle import Row, World, canonical

AS_OF = datetime(2024, 6, 1)
LONG_AGO = datetime(2022, 1, 1)
EVERYBODY = 10_000_000
BUCKETS = {"ann": 11, "bob": 11, "carl": 15, "dora": 5}
# The table of a World and one of its rows.
Fact = tuple[str, Row]


def heard(
    artist: str,
    track: str = "Played",
    plays: int = 1,
    *,
    by: str = "ann",
    recency: float | None = None,
    last: datetime = AS_OF,
) -> Fact:
    """Plays of one track by one listener; the artist's are their sum. All are recent where nothing else is said."""
    recency_score = float(plays) if recency is None else recency
    return "track_play_count", {
        "username": by,
        "user_bucket": BUCKETS[by],
        **_track(artist, track),
        "play_count": plays,
        "first_played_at": LONG_AGO - timedelta(days=plays),
        "last_played_at": last,
        "recency_score": recency_score,
        "recency_score_normalized": recency_score / plays,
        "as_of": AS_OF,
    }


def similar(artist: str, other: str, match: float = 0.5, *, mbid: str | None = None) -> Fact:
    pair = {"artist_id": canonical(artist), "similar_artist_id": canonical(other), "similar_artist_name": other}
    return "similar_artists", {**pair, "similar_artist_mbid": mbid, "match": match}


def learned(artist: str, other: str, match: float = 0.5) -> Fact:
    """Near by who listens to both."""
    pair = {"artist_id": canonical(artist), "similar_artist_id": canonical(other), "similar_artist_name": other}
    return "community_similar_artists", {**pair, "match": match}


def top_track(
    artist: str, track: str, rank: int = 1, *, listeners: int | None = EVERYBODY, playcount: int | None = 1000
) -> Fact:
    return "artist_top_tracks", {
        **_track(artist, track),
        "rank": rank,
        "listeners": listeners,
        "playcount": playcount,
    }


def tag_track(tag: str, artist: str, track: str, rank: int = 1) -> Fact:
    return "tag_top_tracks", {"tag": tag, **_track(artist, track), "rank": rank}


def album_track(artist: str, album: str, track: str, album_rank: int = 1) -> Fact:
    return "album_tracks", {"album_name": album, "album_rank": album_rank, **_track(artist, track)}


def artist_known(artist: str, *tags: str, mbid: str | None = None) -> Fact:
    named = {"artist_id": canonical(artist), "artist_name": artist, "artist_mbid": mbid}
    return "artists", {**named, "tags": _tags(tags)}


def track_known(artist: str, track: str, *tags: str, listeners: int | None = None) -> Fact:
    return "tracks", {**_track(artist, track), "tags": _tags(tags), "listeners": listeners}


def sounds(artist: str, track: str, *genres: str, **features: float) -> Fact:
    """How a track sounds: in every respect half way, but for what is said."""
    halfway = dict.fromkeys(FEATURES, 0.5)
    return "audio_features", {**_track(artist, track), "genres": sorted(genres), **halfway, **features}


def somebody_elses(fact: Fact, track_artist: str) -> Fact:
    """The same row about a track that another artist's page lists."""
    table, row = fact
    return table, {**row, "track_id": canonical(row["track_name"]) + "|" + canonical(track_artist)}


def world(*facts: Fact) -> World:
    """All of these facts, with what follows from the plays: artists' counts and the listeners."""
    made = World()
    for table, row in facts:
        getattr(made, table).append(row)
    by_artist: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in made.track_play_count:
        by_artist[row["username"], row["artist_id"]].append(row)
    for rows in by_artist.values():
        sums = {name: sum(row[name] for row in rows) for name in ("play_count", "recency_score")}
        normalized = sums["recency_score"] / sums["play_count"]
        made.artist_play_count.append({**rows[0], **sums, "recency_score_normalized": normalized})
    for username in {row["username"] for row in made.track_play_count}:
        made.dim_users.append(_listener(username, sum(row["play_count"] for row in made.played_tracks(username))))
    return made


def proposed(spark: SparkSession, strategy: str, *facts: Fact) -> dict[str, SparkRow]:
    """What the strategy proposes to ann when these are the facts, by the track's name."""
    rows = _proposals(strategy, _frames(spark, world(*facts), MODULES[strategy].TABLE.reads)).collect()
    found = {row.track_name: row for row in rows}
    assert len(found) == len(rows), "two candidates of one name"
    return found


def everything(
    spark: SparkSession, told: World, arranged: Callable[[DataFrame], DataFrame] = lambda rows: rows
) -> dict[str, list[SparkRow]]:
    """All candidate tables in the order of their keys, by strategy, and the unified one as "unified"."""
    frames = {name: arranged(rows) for name, rows in _frames(spark, told, BY_NAME).items()}
    built = {strategy: _proposals(strategy, frames).persist() for strategy in MODULES}
    unsaid = literal_rows(spark, feedback.TABLE, [])
    unified = track_candidates.build(
        *built.values(), frames["silver.tracks"], frames["silver.artists"], unsaid, generated_at=AS_OF
    )
    collected = {name: rows.collect() for name, rows in {**built, "unified": unified}.items()}
    for rows in built.values():
        rows.unpersist()
    return {name: sorted(rows, key=lambda row: (row.username, row.track_id)) for name, rows in collected.items()}


def drawn(seed: int) -> World:
    """Three listeners and one of whom nothing is known; ties, nulls, zeros, clones and misplaced tracks on purpose."""
    chance = random.Random(seed)
    names = [f"Artist {number}" for number in range(56)]
    names += ["The Artist 1", "ARTIST 2 feat. Guest", "Artist\u00a03 & Friends", "Artist 4, Other", "Artist 5 x 6"]
    names += ["\u201cArtist\u201d 7", "Earth, Wind + Fire", "Go\u2010Go\u2019s", "Артист vs. Artist 8", "The The"]
    return world(
        *_plays_drawn(chance, names),
        *(fact for name in names for fact in _artist_drawn(chance, name, names)),
        *_tag_lists_drawn(chance, names),
        *_sounds_drawn(chance, names),
    )


def _plays_drawn(chance: random.Random, names: Sequence[str]) -> list[Fact]:
    facts = [heard("Nobody Knows Them", f"Song {number}", 3 + number, by="dora") for number in range(3)]
    for username, artists, freshness in (("ann", 54, (0, 0.2, 1)), ("bob", 16, (0.1, 0.45, 0.5)), ("carl", 5, (0,))):
        for name in chance.sample(names, artists):
            for track in chance.sample(range(14), chance.choice((1, 1, 2, 3))):
                plays = chance.choice((1, 1, 2, 3, 3, 4, 9))
                last = AS_OF - timedelta(days=chance.choice((0, 50, 70, 800)))
                recency = plays * chance.choice(freshness)
                facts.append(heard(name, f"Song {track}", plays, by=username, recency=recency, last=last))
    return facts


def _artist_drawn(chance: random.Random, name: str, names: Sequence[str]) -> list[Fact]:
    others = chance.sample(names, 8)
    mbids = (None, "mbid a", "mbid b")
    unlisted = name.endswith("9")
    facts = [
        similar(name, other, chance.choice((0.0, 0.1, 0.3, 0.3, 0.9, 0.95, 1.0)), mbid=chance.choice(mbids))
        for other in ([] if unlisted else others)
    ]
    facts += [learned(name, other, 0.4) for other in others[:2]]
    if chance.random() < 0.9:
        facts.append(artist_known(name, *_tags_drawn(chance, 6), mbid=chance.choice(mbids)))
    for rank, track in enumerate(chance.sample(range(14), chance.choice((0, 3, 13))), start=1):
        counts = (None, 0, 100, 100, EVERYBODY, 2 * EVERYBODY)
        listed = {"listeners": chance.choice(counts), "playcount": chance.choice((None, 0, 10, 10, 50, 100))}
        facts.append(top_track(name, f"Song {track}", rank, **listed))
    facts.append(somebody_elses(top_track(name, "Misplaced", 1, playcount=chance.choice((0, 5000))), others[0]))
    for album in range(1, 13):
        facts += [
            album_track(name, f"Album {album}", f"Song {track}", album + album % 2)
            for track in chance.sample(range(20), 2)
        ]
    facts.append(somebody_elses(album_track(name, "Album 1", "Misplaced"), others[0]))
    for track in chance.sample(range(14), 5):
        tags = _tags_drawn(chance, chance.choice((0, 0, 2)))
        facts.append(track_known(name, f"Song {track}", *tags, listeners=chance.choice((None, 0, 7))))
    return facts


def _tag_lists_drawn(chance: random.Random, names: Sequence[str]) -> list[Fact]:
    listed = [(name, f"Song {track}") for name in names[:20] for track in range(8)]
    return [
        tag_track(tag, *track, rank)
        for tag in ("everywhere", *(f"tag {number}" for number in range(40)))
        for rank, track in enumerate(chance.sample(listed, chance.choice((0, 1, 40))), start=1)
    ]


def _sounds_drawn(chance: random.Random, names: Sequence[str]) -> list[Fact]:
    """Of half of the artists' songs, some of them exactly alike."""
    alike = dict.fromkeys(FEATURES, 0.25)
    return [
        sounds(
            name,
            f"Song {track}",
            *chance.sample(("pop", "rock", "country"), chance.choice((0, 1, 1, 2))),
            **(alike if chance.random() < 0.1 else {feature: chance.random() for feature in FEATURES}),
        )
        for name in names[::2]
        for track in range(14)
    ]


def _tags_drawn(chance: random.Random, count: int) -> list[str]:
    """Some of them rare, some common, and "everywhere" on whatever has any."""
    numbers = {min(chance.randrange(40), chance.randrange(40)) for _ in range(count)}
    return ["everywhere", *(f"tag {number}" for number in sorted(numbers))] if numbers else []


def _frames(spark: SparkSession, told: World, names: Iterable[str]) -> dict[str, DataFrame]:
    """The world's tables of these names, as frames."""
    kept = {name: name.split(".")[1] for name in names}
    return {name: _frame(spark, BY_NAME[name], getattr(told, of)) for name, of in kept.items() if hasattr(told, of)}


def _frame(spark: SparkSession, table: Table, rows: Sequence[Row]) -> DataFrame:
    """The rows under the table's columns; null stands in those of which no formula speaks."""
    schema = T.StructType([T.StructField(column.name, column.dataType) for column in table.schema])
    values = [[row.get(name) for name in schema.fieldNames()] for row in rows]
    return literal_rows(spark, replace(table, schema=schema), values)


def _proposals(strategy: str, frames: dict[str, DataFrame]) -> DataFrame:
    module = MODULES[strategy]
    rows: DataFrame = module.build(*(frames[name] for name in module.TABLE.reads), generated_at=AS_OF)
    return rows


def _track(artist: str, track: str) -> dict[str, Any]:
    artist_id = canonical(artist)
    track_id = canonical(track) + "|" + artist_id
    return {"track_id": track_id, "track_name": track, "artist_id": artist_id, "artist_name": artist}


def _tags(names: Sequence[str]) -> list[dict[str, Any]]:
    return [{"name": name, "count": 100} for name in names]


def _listener(username: str, play_count: int) -> Row:
    spans = {"first_played_at": LONG_AGO, "last_played_at": AS_OF, "listening_span_days": 882.0, "half_life_days": 88.2}
    logged = {"as_of": AS_OF, "plays_hash": 0, "built_from": "", "computed_at": AS_OF}
    whose = {"username": username, "user_bucket": BUCKETS[username]}
    return {**whose, "play_count": play_count, **spans, **logged}
