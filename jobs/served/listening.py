"""served.listening and served.recent_plays: what each listener played, by period and by the clock."""

import json
import sqlite3
from collections.abc import Sequence
from functools import reduce

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.columns import days_between

# Days before the listener's own as_of.
PERIODS = {"week": 7, "month": 30, "quarter": 91, "year": 365}
TOP = 50
# Of each listener's tracks of the last month, these make what is trending in the household.
RECENT, RECENT_TRACKS = "recent", 200
INSTANT = "yyyy-MM-dd'T'HH:mm:ss'Z'"
WHOSE = ("user_bucket", "username")
SHOWN = {
    "artists": ("artist_id", "artist_name"),
    "tracks": ("track_id", "track_name", "artist_id", "artist_name", "album_name"),
}


def aged(plays: DataFrame, dim_users: DataFrame) -> DataFrame:
    """Plays with `days_ago`, fractional days before the listener's as_of."""
    as_of = dim_users.select(*WHOSE, "as_of")
    joined = plays.join(F.broadcast(as_of), on=list(WHOSE), how="inner")
    return joined.withColumn("days_ago", F.greatest(days_between("played_at", "as_of"), F.lit(0.0)))


def recent_counts(aged_plays: DataFrame) -> DataFrame:
    """Plays of each track in each period of the last year, and in the week and the month before the last."""
    periods = {period: F.count_if(F.col("days_ago") < days) for period, days in PERIODS.items()}
    before = {f"{period}_before": F.count_if(_before(PERIODS[period])) for period in ("week", "month")}
    counts = [count.alias(name) for name, count in (periods | before).items()]
    lately = aged_plays.where(F.col("days_ago") < PERIODS["year"])
    return lately.groupBy(*WHOSE, "artist_id", "track_id").agg(*counts)


def build(aged_plays: DataFrame, recent: DataFrame, artist_counts: DataFrame, track_counts: DataFrame) -> DataFrame:
    """One row per listener and `what`, its rows as a JSON array.

    `what` is `artists.week` and so on through `tracks.all`, most played first; `artists.recency`, `tracks.recency`;
    `months`, plays by month; `hours`, plays by weekday (0 is Monday) and hour, both in UTC; `recent`, which becomes
    `recent_plays`.
    """
    by_artist = recent.groupBy(*WHOSE, "artist_id").agg(*(F.sum(name).alias(name) for name in PERIODS))
    artists = _tops("artists", artist_counts, by_artist, "artist_id")
    tracks = _tops("tracks", track_counts, recent.drop("artist_id"), "track_id")
    month = F.struct(F.date_format("played_at", "yyyy-MM").alias("month"))
    hour = F.struct(F.weekday("played_at").alias("weekday"), F.hour("played_at").alias("hour"))
    clocks = (_by_clock(aged_plays, what, key) for what, key in (("months", month), ("hours", hour)))
    return reduce(DataFrame.unionByName, (artists, tracks, *clocks, _recent_tracks(recent, track_counts)))


def insert(store: sqlite3.Connection, rows: Sequence[Sequence[object]]) -> None:
    """Add the rows that `build` gave."""
    listed = [(username, what, text) for username, what, text in rows if what != RECENT]
    store.executemany("INSERT INTO listening VALUES (?, ?, ?)", listed)
    recent = ((username, json.loads(str(text))) for username, what, text in rows if what == RECENT)
    plays = [(username, *one.values()) for username, tracks in recent for one in tracks]
    store.executemany("INSERT INTO recent_plays VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", plays)


def _recent_tracks(recent: DataFrame, track_counts: DataFrame) -> DataFrame:
    """Each listener's most played tracks of the last two months, as `recent_plays` holds them."""
    names = track_counts.select(*WHOSE, "track_id", "track_name", "artist_name")
    played = recent.where("month > 0 OR month_before > 0").join(names, on=[*WHOSE, "track_id"], how="inner")
    order = Window.partitionBy(*WHOSE).orderBy(F.desc("month"), F.desc("month_before"), "track_id")
    kept = played.withColumn("place", F.row_number().over(order)).where(F.col("place") <= RECENT_TRACKS)
    counts = ("week", "week_before", "month", "month_before")
    row = F.struct("track_id", "track_name", "artist_id", "artist_name", *counts)
    listed = kept.groupBy("username").agg(F.sort_array(F.collect_list(row)).alias("all"))
    return listed.select("username", F.lit(RECENT).alias("what"), _json(F.col("all")).alias("rows"))


def _before(days: int) -> Column:
    return (F.col("days_ago") >= days) & (F.col("days_ago") < 2 * days)


def _tops(kind: str, counts: DataFrame, recent: DataFrame, key: str) -> DataFrame:
    """The first 50 of every period and by recency."""
    lately = recent.select(*WHOSE, key, *PERIODS)
    ranked_by = [_ranking(period, F.col(period).cast("double"), F.col(period)) for period in PERIODS]
    ranked_by.append(_ranking("all", F.col("play_count").cast("double"), F.col("play_count")))
    ranked_by.append(_ranking("recency", F.col("recency_score"), F.col("play_count")))
    each = counts.join(lately, on=[*WHOSE, key], how="left").withColumn("by", F.explode(F.array(*ranked_by)))
    order = Window.partitionBy(*WHOSE, "by.name").orderBy(F.desc("by.value"), key)
    placed = each.where("by.value > 0").withColumn("place", F.row_number().over(order)).where(F.col("place") <= TOP)
    shown = F.struct(
        "place",
        *SHOWN[kind],
        F.col("by.plays").alias("play_count"),
        "recency_score",
        *(F.date_format(name, INSTANT).alias(name) for name in ("first_played_at", "last_played_at")),
    )
    grouped = placed.groupBy("username", F.concat(F.lit(f"{kind}."), "by.name").alias("what"))
    return grouped.agg(_json(F.array_sort(F.collect_list(shown))).alias("rows"))


def _ranking(name: str, value: Column, plays: Column) -> Column:
    return F.struct(F.lit(name).alias("name"), value.alias("value"), plays.alias("plays"))


def _by_clock(aged_plays: DataFrame, what: str, key: Column) -> DataFrame:
    counted = aged_plays.groupBy("username", key.alias("key")).agg(F.count("*").alias("play_count"))
    listed = counted.groupBy("username").agg(F.array_sort(F.collect_list(F.struct("key.*", "play_count"))).alias("all"))
    return listed.select("username", F.lit(what).alias("what"), _json(F.col("all")).alias("rows"))


def _json(rows: Column) -> Column:
    return F.to_json(rows, {"ignoreNullFields": "false"})
