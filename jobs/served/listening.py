"""served.listeners, served.listening and served.recent_plays: what each listener played, by period and by the clock.

Spark counts the plays; the counts are ranked here, in Python. Window functions over every listener, period and kind
took several times as long.
"""

import heapq
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.columns import days_between

# Lengths in days, back from the listener's as_of.
PERIODS = {"week": 7, "month": 30, "quarter": 91, "year": 365}
TOP = 50
# Trending in the household is computed from this many recent tracks (last two months) of each listener.
RECENT, RECENT_TRACKS = "recent", 200
INSTANT = "yyyy-MM-dd'T'HH:mm:ss'Z'"
WHOSE = ("user_bucket", "username")
ARTIST = ("artist_id", "artist_name")
TRACK = ("track_id", "track_name", *ARTIST, "album_name")
COUNTED = ("play_count", "recency_score", "first_played_at", "last_played_at")
LATELY = ("week", "week_before", "month", "month_before")

Row = dict[str, Any]


def aged(plays: DataFrame, dim_users: DataFrame) -> DataFrame:
    """Plays with `days_ago`, fractional days before the listener's as_of."""
    as_of = dim_users.select(*WHOSE, "as_of")
    joined = plays.join(F.broadcast(as_of), on=list(WHOSE), how="inner")
    return joined.withColumn("days_ago", F.greatest(days_between("played_at", "as_of"), F.lit(0.0)))


def recent_counts(aged_plays: DataFrame) -> DataFrame:
    """Plays of each track in each period of the last year, and in the week and the month before the latest ones."""
    periods = {period: F.count_if(F.col("days_ago") < days) for period, days in PERIODS.items()}
    before = {f"{period}_before": F.count_if(_before(PERIODS[period])) for period in ("week", "month")}
    counts = [count.alias(name) for name, count in (periods | before).items()]
    lately = aged_plays.where(F.col("days_ago") < PERIODS["year"])
    return lately.groupBy("username", "track_id").agg(*counts)


def by_the_clock(plays: DataFrame) -> DataFrame:
    """Plays by month, weekday (0 is Monday) and hour, in UTC."""
    parts = {"month": F.date_format("played_at", "yyyy-MM"), "weekday": F.weekday("played_at")}
    hours = plays.select(
        "username", *(part.alias(name) for name, part in parts.items()), F.hour("played_at").alias("hour")
    )
    return hours.groupBy("username", "month", "weekday", "hour").agg(F.count("*").alias("play_count"))


def counts(play_counts: DataFrame, *names: str) -> DataFrame:
    """The rows of one of gold's play counts, with times as text as in the served file."""
    times = (F.date_format(name, INSTANT).alias(name) for name in COUNTED[2:])
    return play_counts.select("username", *names, *COUNTED[:2], *times)


def rows_of(
    artists: Sequence[Row], tracks: Sequence[Row], recent: Sequence[Row], clock: Sequence[Row]
) -> dict[str, list[Row]]:
    """One listener's rows of `listening`, by `what`.

    `what` is `artists.week` and so on through `tracks.all`, most played first; `artists.recency`, `tracks.recency`;
    `months`; `hours`; `recent`, which becomes `recent_plays`.
    """
    by_track = {row["track_id"]: row for row in tracks}
    played = [(by_track[row["track_id"]], row) for row in recent if row["track_id"] in by_track]
    return {
        **_tops("tracks", tracks, "track_id", TRACK, {row["track_id"]: row for row in recent}),
        **_tops("artists", artists, "artist_id", ARTIST, _by_artist(played)),
        "months": _summed(clock, "month"),
        "hours": _summed(clock, "weekday", "hour"),
        RECENT: _recent(played),
    }


def insert(store: sqlite3.Connection, listening: Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]) -> None:
    """Add each listener's rows, which are given by `what`."""
    for username, by_what in listening.items():
        listed = (
            (username, what, json.dumps(rows, ensure_ascii=False)) for what, rows in by_what.items() if what != RECENT
        )
        store.executemany("INSERT INTO listening VALUES (?, ?, ?)", listed)
        plays = ((username, *(row[name] for name in (*TRACK[:4], *LATELY))) for row in by_what.get(RECENT, ()))
        store.executemany("INSERT INTO recent_plays VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", plays)


def _before(days: int) -> Column:
    return (F.col("days_ago") >= days) & (F.col("days_ago") < 2 * days)


def _by_artist(played: Iterable[tuple[Row, Row]]) -> dict[str, Counter[str]]:
    """Plays of each artist in each period."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for track, lately in played:
        found[track["artist_id"]].update({period: lately[period] for period in PERIODS})
    return found


def _tops(
    kind: str, rows: Sequence[Row], key: str, names: Sequence[str], lately: Mapping[str, Mapping[str, int]]
) -> dict[str, list[Row]]:
    """The first 50 of every period and by recency."""
    found = {
        f"{kind}.all": _first(rows, names, key, {row[key]: row["play_count"] for row in rows}),
        f"{kind}.recency": _first(rows, names, key, {row[key]: row["recency_score"] for row in rows}, in_period=False),
    }
    for period in PERIODS:
        plays = {one: counted[period] for one, counted in lately.items() if counted[period]}
        found[f"{kind}.{period}"] = _first([row for row in rows if row[key] in plays], names, key, plays)
    return {what: listed for what, listed in found.items() if listed}


def _first(
    rows: Sequence[Row], names: Sequence[str], key: str, worth: Mapping[str, float], *, in_period: bool = True
) -> list[Row]:
    """The 50 rows of most worth, ties by key; with `in_period`, their play counts are those of the period."""
    best = heapq.nsmallest(TOP, rows, key=lambda row: (-worth[row[key]], row[key]))
    return [
        {"place": place, **{name: row[name] for name in (*names, *COUNTED)}}
        | ({"play_count": worth[row[key]]} if in_period else {})
        for place, row in enumerate(best, start=1)
    ]


def _summed(clock: Iterable[Row], *by: str) -> list[Row]:
    """Plays summed by these columns of `clock`, sorted by them."""
    plays: Counter[tuple[Any, ...]] = Counter()
    for row in clock:
        plays[tuple(row[name] for name in by)] += row["play_count"]
    return [{**dict(zip(by, key, strict=True)), "play_count": count} for key, count in sorted(plays.items())]


def _recent(played: Iterable[tuple[Row, Row]]) -> list[Row]:
    """The most played tracks of the last two months."""
    lately = [(track, row) for track, row in played if row["month"] or row["month_before"]]
    first = heapq.nsmallest(
        RECENT_TRACKS, lately, key=lambda pair: (-pair[1]["month"], -pair[1]["month_before"], pair[1]["track_id"])
    )
    return [{name: track[name] for name in TRACK[:4]} | {name: row[name] for name in LATELY} for track, row in first]
