"""served.artists, served.tracks and served.tags: facts about the music, the same for every listener."""

import sqlite3
from collections.abc import Sequence

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

SIMILAR = 30
TOP_TRACKS = 10
TAG_TRACKS = 100
NOTHING = "[]"


def artist_rows(artists: DataFrame, similar_artists: DataFrame, artist_top_tracks: DataFrame) -> DataFrame:
    """One row per known artist: listeners, tags, the nearest artists and the most played tracks, as JSON arrays."""
    near = F.struct(
        (-F.col("match")).alias("order"),
        "similar_artist_id",
        F.col("similar_artist_name").alias("artist_name"),
        "match",
    )
    similar = similar_artists.groupBy("artist_id").agg(_first(SIMILAR, near).alias("similar"))
    listed = F.struct(F.col("rank").alias("order"), "track_id", "track_name", "listeners", "rank")
    top = artist_top_tracks.where(F.col("rank") <= TOP_TRACKS)
    tracks = top.groupBy("artist_id").agg(_first(TOP_TRACKS, listed).alias("top_tracks"))
    return (
        artists.join(similar, on="artist_id", how="left")
        .join(tracks, on="artist_id", how="left")
        .select(
            "artist_id",
            "artist_name",
            "listeners",
            F.to_json(F.transform("tags", lambda tag: tag["name"])).alias("tags"),
            F.coalesce("similar", F.lit(NOTHING)).alias("similar"),
            F.coalesce("top_tracks", F.lit(NOTHING)).alias("top_tracks"),
        )
    )


def track_rows(
    artists: DataFrame, artist_top_tracks: DataFrame, tag_top_tracks: DataFrame, tracks: DataFrame
) -> DataFrame:
    """The top tracks of artists and tags, with their album and listeners if known."""
    by_artist = artist_top_tracks.where(F.col("rank") <= TOP_TRACKS).select("artist_id", "track_id", "track_name")
    named = by_artist.join(artists.select("artist_id", "artist_name"), on="artist_id", how="inner")
    names = ["track_id", "track_name", "artist_id", "artist_name"]
    by_tag = tag_top_tracks.where(F.col("rank") <= TAG_TRACKS).select(*names)
    listed = named.select(*names).unionByName(by_tag).groupBy("track_id")
    one_each = listed.agg(*(F.min(name).alias(name) for name in names[1:]))
    known = tracks.select("track_id", "album_name", "listeners")
    return one_each.join(known, on="track_id", how="left").select(*names, "album_name", "listeners")


def tag_rows(artists: DataFrame, tag_top_tracks: DataFrame) -> DataFrame:
    """One row per tag that has a list of tracks: the numbers of its artists and listed tracks, and its first tracks."""
    carrying = artists.select(F.explode("tags.name").alias("tag")).groupBy("tag").agg(F.count("*").alias("artists"))
    listed = F.struct(F.col("rank").alias("order"), "track_id", "track_name", "artist_id", "artist_name", "rank")
    lists = tag_top_tracks.groupBy("tag").agg(F.count("*").alias("tracks"), _first(TAG_TRACKS, listed).alias("rows"))
    counted = lists.join(carrying, on="tag", how="left")
    return counted.select("tag", F.coalesce("artists", F.lit(0)).alias("artists"), "tracks", "rows")


def replace_tags(store: sqlite3.Connection, rows: Sequence[Sequence[object]]) -> None:
    """Replace all tags by the rows of `tag_rows`."""
    store.execute("DELETE FROM tags")
    store.executemany("INSERT INTO tags VALUES (?, ?, ?, ?)", rows)


def _first(most: int, row: Column) -> Column:
    """The first `most` rows by `order`, as a JSON array without that field."""
    in_order = F.slice(F.sort_array(F.collect_list(row)), 1, most)
    return F.to_json(F.transform(in_order, lambda one: one.dropFields("order")), {"ignoreNullFields": "false"})
