"""What a listener played, by period, recency, month and hour of the week, and how the weight of plays decays."""

import json
import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any, Literal

from ui.records import instant

# 7, 30, 91 and 365 days that end with the listener's as_of; `all` is everything.
Period = Literal["week", "month", "quarter", "year", "all"]
# `period` orders by plays within it, `recency` by recency_score over the whole history.
Order = Literal["plays", "recency"]

ROWS = "SELECT rows FROM listening WHERE username = ? AND what = ?"
CURVE_POINTS = 61
# After five e-folding times a play counts for less than 1 %.
CURVE_REACH = 5


@dataclass(frozen=True)
class PlayedArtist:
    """One of a listener's artists; `play_count` is that of the period asked for."""

    place: int
    artist_id: str
    artist_name: str
    play_count: int
    recency_score: float
    first_played_at: datetime
    last_played_at: datetime


@dataclass(frozen=True)
class PlayedTrack:
    """One of a listener's tracks; `play_count` is that of the period asked for."""

    place: int
    track_id: str
    track_name: str
    artist_id: str
    artist_name: str
    album_name: str | None
    play_count: int
    recency_score: float
    first_played_at: datetime
    last_played_at: datetime


@dataclass(frozen=True)
class MonthPlayed:
    """Plays in one month, `2024-03`, in UTC."""

    month: str
    play_count: int


@dataclass(frozen=True)
class HourPlayed:
    """Plays in one hour of the week, in UTC; weekday 0 is Monday. Hours without a play are left out."""

    weekday: int
    hour: int
    play_count: int


def in_zone(hours: Sequence[HourPlayed], zone: tzinfo, now: datetime) -> list[HourPlayed]:
    """The hours in a time zone, by its present offset, summer time or not, for all plays; rounded to whole hours."""
    offset = now.astimezone(zone).utcoffset() or timedelta()
    ahead = round(offset / timedelta(hours=1))
    places = [(divmod((each.weekday * 24 + each.hour + ahead) % (7 * 24), 24), each.play_count) for each in hours]
    return [HourPlayed(weekday, hour, plays) for (weekday, hour), plays in sorted(places)]


@dataclass(frozen=True)
class DecayPoint:
    """What a play counts for when it is so many days old, 0..1."""

    days_ago: float
    contribution: float


@dataclass(frozen=True)
class Decay:
    """How a listener's past fades: a play counts for exp(-days_ago / half_life_days).

    The field says half-life; it is an e-folding time: after it a play counts for 1/e, and for one half after
    `half_gone_days`. half_life_days = max(listening_span_days / 10, 30).
    """

    half_life_days: float
    half_gone_days: float
    listening_span_days: float
    points: tuple[DecayPoint, ...]


def top_artists(connection: sqlite3.Connection, username: str, what: str) -> tuple[PlayedArtist, ...]:
    """The listener's artists in the row `what` of table `listening`, at most 50."""
    return tuple(PlayedArtist(**_timed(each)) for each in _rows(connection, username, what))


def top_tracks(connection: sqlite3.Connection, username: str, what: str) -> tuple[PlayedTrack, ...]:
    """The listener's tracks in the row `what` of table `listening`, at most 50."""
    return tuple(PlayedTrack(**_timed(each)) for each in _rows(connection, username, what))


def months(connection: sqlite3.Connection, username: str) -> tuple[MonthPlayed, ...]:
    """Plays by month, oldest first; months without a play in between have 0."""
    found = {each["month"]: int(each["play_count"]) for each in _rows(connection, username, "months")}
    return (
        tuple(MonthPlayed(month, found.get(month, 0)) for month in _months_between(min(found), max(found)))
        if found
        else ()
    )


def hours(connection: sqlite3.Connection, username: str) -> tuple[HourPlayed, ...]:
    """Plays by hour of the week."""
    return tuple(HourPlayed(**each) for each in _rows(connection, username, "hours"))


def decay(half_life_days: float, listening_span_days: float) -> Decay:
    """The curve from now to five e-folding times ago."""
    ages = (CURVE_REACH * half_life_days * step / (CURVE_POINTS - 1) for step in range(CURVE_POINTS))
    points = tuple(DecayPoint(round(age, 3), round(math.exp(-age / half_life_days), 6)) for age in ages)
    return Decay(half_life_days, half_life_days * math.log(2), listening_span_days, points)


def _rows(connection: sqlite3.Connection, username: str, what: str) -> list[dict[str, Any]]:
    found = connection.execute(ROWS, (username, what)).fetchone()
    rows: list[dict[str, Any]] = json.loads(found[0]) if found else []
    return rows


def _timed(row: dict[str, Any]) -> dict[str, Any]:
    return row | {name: instant(row[name]) for name in ("first_played_at", "last_played_at")}


def _months_between(first: str, last: str) -> list[str]:
    start, end = ((int(each[:4]) * 12 + int(each[5:]) - 1) for each in (first, last))
    return [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(start, end + 1)]
