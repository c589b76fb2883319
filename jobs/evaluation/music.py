"""The music that is ranked, as arrays: tracks, their artists, their tags, and the community's listeners of both."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

import numpy as np
import numpy.typing as npt
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from scipy.sparse import csr_matrix

from jobs.aliases import Aliases, known_facts
from jobs.columns import popularity
from jobs.evaluation.leaks import facts_of_others
from jobs.evaluation.metrics import Doubles, Items
from jobs.lake import Lake
from jobs.silver import (
    album_tracks,
    artist_top_tracks,
    artists,
    audio_features,
    community_plays,
    plays,
    tag_top_tracks,
    tracks,
)

Pairs = Iterable[tuple[str, str]]
# Their pairs are held in memory: some millions. Chosen by their ids, which are hashes, so every run takes the same.
MOST_OF_A_COMMUNITY = 20_000
PAIR = ["track_id", "artist_id"]


@dataclass(frozen=True)
class Music:
    """Tracks and artists by number, in the order of their ids.

    `fame` is jobs.columns.popularity of the catalogue's own count of listeners; `is_fact` marks tracks that are in the
    catalogue or the community, which have no dates. Tags are items x tags, rows of length 1 or 0.
    """

    tracks: Sequence[str]
    artists: Sequence[str]
    artist_of: Items
    fame: Doubles
    is_fact: npt.NDArray[np.bool_]
    track_tags: csr_matrix
    artist_tags: csr_matrix
    community_tracks: csr_matrix
    community_artists: csr_matrix

    @cached_property
    def track_number(self) -> Mapping[str, int]:
        """Each track's number, by track_id."""
        return {each: number for number, each in enumerate(self.tracks)}

    def numbered(self, track_ids: Sequence[str]) -> Items:
        """The numbers of these tracks."""
        return np.array([self.track_number[track] for track in track_ids], np.int64)

    def listened(self, pairs: Sequence[Sequence[Any]], listeners: Mapping[str, int]) -> csr_matrix:
        """The listeners x tracks matrix of (username, track_id, value)."""
        rows = [listeners[row[0]] for row in pairs]
        columns = [self.track_number[row[1]] for row in pairs]
        values = np.array([row[2] for row in pairs], float)
        return csr_matrix((values, (rows, columns)), shape=(len(listeners), len(self.tracks)))

    def by_artist(self, listened: csr_matrix) -> csr_matrix:
        """The listeners x artists matrix of a listeners x tracks matrix."""
        places = (np.ones(len(self.tracks)), (np.arange(len(self.tracks)), self.artist_of))
        return listened @ csr_matrix(places, shape=(len(self.tracks), len(self.artists)))


def all_music(lake: Lake) -> Music:
    """Every track in the catalogue, the community (both marked by `is_fact`) or any listener's plays, at any time."""
    facts, played = _facts(lake).withColumn("is_fact", F.lit(1)), lake.read(plays.TABLE).withColumn("is_fact", F.lit(0))
    both = facts.select(*PAIR, "is_fact").unionByName(played.select(*PAIR, "is_fact"))
    known = both.groupBy("track_id").agg(F.min("artist_id").alias("artist_id"), F.max("is_fact").alias("is_fact"))
    named, told = known_facts(lake, tracks.TABLE, artists.TABLE)
    about = named.select("track_id", popularity("listeners").alias("fame"), _names().alias("tags"))
    rows = known.join(about, on="track_id", how="left").orderBy("track_id").toArrow().to_pydict()
    described = {row.artist_id: row.tags for row in told.select("artist_id", _names("tags")).collect()}
    people = _community(lake)
    names = sorted({*rows["artist_id"], *described, *(row.artist_id for row in people)})
    numbers = {name: number for number, name in enumerate(names)}
    vocabulary = {tag: number for number, tag in enumerate(sorted(_all(described.values()) | _all(rows["tags"])))}
    of_tracks = [own or described.get(artist, ()) for own, artist in zip(rows["tags"], rows["artist_id"], strict=True)]
    track_numbers = {track: number for number, track in enumerate(rows["track_id"])}
    return Music(
        rows["track_id"],
        names,
        np.array([numbers[artist] for artist in rows["artist_id"]], np.int64),
        np.array([fame or 0.0 for fame in rows["fame"]]),
        np.array(rows["is_fact"], bool),
        _tagged(of_tracks, vocabulary),
        _tagged([described.get(name, ()) for name in names], vocabulary),
        _matrix(((row.listener_id, row.track_id) for row in people if row.track_id), track_numbers),
        _matrix(((row.listener_id, row.artist_id) for row in people), numbers),
    )


def _facts(lake: Lake) -> DataFrame:
    modules = (tracks, artist_top_tracks, album_tracks, tag_top_tracks, community_plays, audio_features)
    aliases = Aliases.of(lake)
    known = (facts_of_others(lake, module.TABLE, aliases).select(*PAIR) for module in modules)
    return reduce(DataFrame.unionByName, known).where("track_id IS NOT NULL")


def _community(lake: Lake) -> Sequence[Any]:
    (everybody,) = known_facts(lake, community_plays.TABLE)
    people = everybody.select("listener_id", "track_id", "artist_id")
    chosen = people.select("listener_id").distinct().orderBy("listener_id").limit(MOST_OF_A_COMMUNITY)
    return people.join(chosen, on="listener_id", how="left_semi").collect()


def _names(alias: str = "tags") -> Column:
    return F.transform("tags", lambda tag: tag["name"]).alias(alias)


def _all(lists: Iterable[Sequence[str] | None]) -> set[str]:
    return {tag for tags in lists for tag in tags or ()}


def _tagged(lists: Sequence[Sequence[str]], vocabulary: Mapping[str, int]) -> csr_matrix:
    """The items x tags matrix: an item's tags have equal weights, and rows have length 1."""
    pairs = [(row, vocabulary[tag], len(set(tags)) ** -0.5) for row, tags in enumerate(lists) for tag in set(tags)]
    rows, columns, values = zip(*pairs, strict=True) if pairs else ((), (), ())
    return csr_matrix((values, (rows, columns)), shape=(len(lists), max(1, len(vocabulary))), dtype=float)


def _matrix(pairs: Pairs, items: Mapping[str, int]) -> csr_matrix:
    """The people x items matrix, 1 if the person plays the item; people in any order."""
    people: dict[str, int] = {}
    places = {(people.setdefault(person, len(people)), items[item]) for person, item in pairs}
    rows, columns = zip(*places, strict=True) if places else ((), ())
    return csr_matrix((np.ones(len(places)), (rows, columns)), shape=(len(people), len(items)))
