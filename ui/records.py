"""The served store's content as typed values."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class TopArtist:
    """One of a listener's artists, with how recent the plays are."""

    artist_id: str
    artist_name: str
    play_count: int
    recency_score: float
    last_played_at: datetime


@dataclass(frozen=True)
class ListenerSummary:
    """A listener as one line of a list."""

    username: str
    play_count: int
    first_played_at: datetime
    last_played_at: datetime
    as_of: datetime


@dataclass(frozen=True)
class Listener:
    """A listener's profile; `top_artists` come by recency, at most 50."""

    username: str
    play_count: int
    first_played_at: datetime
    last_played_at: datetime
    listening_span_days: float
    half_life_days: float
    as_of: datetime
    built_from: str
    artist_count: int
    track_count: int
    top_artists: tuple[TopArtist, ...]


@dataclass(frozen=True)
class Reason:
    """Why one strategy proposes a track; which facts there are depends on the strategy."""

    strategy: str
    score_normalized: float
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Recommendation:
    """A track that the listener may want next, with every strategy's reason for it."""

    track_id: str
    track_name: str
    artist_id: str
    artist_name: str
    album_name: str | None
    score: float
    strategies: tuple[str, ...]
    reasons: tuple[Reason, ...]
    listeners: int | None
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Freshness:
    """Which version is served and since when; `stale` says why a newer one is not, if there is one."""

    version: str
    published_at: datetime
    stale: str | None


def instant(text: str) -> datetime:
    """Parse an ISO 8601 instant with its zone, as stored everywhere; raises `ValueError` without a zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"no zone in {text!r}")
    return moment


def recommendation(row: str) -> Recommendation:
    """Parse a stored row of JSON."""
    fields = json.loads(row)
    reasons = tuple(Reason(each["strategy"], each["score_normalized"], each["facts"]) for each in fields["reasons"])
    return Recommendation(
        track_id=fields["track_id"],
        track_name=fields["track_name"],
        artist_id=fields["artist_id"],
        artist_name=fields["artist_name"],
        album_name=fields["album_name"],
        score=fields["score"],
        strategies=tuple(fields["strategies"]),
        reasons=reasons,
        listeners=fields["listeners"],
        tags=tuple(fields["tags"]),
    )


def top_artists(array: str) -> tuple[TopArtist, ...]:
    """Parse a stored array of top artists."""
    return tuple(
        TopArtist(
            artist_id=each["artist_id"],
            artist_name=each["artist_name"],
            play_count=each["play_count"],
            recency_score=each["recency_score"],
            last_played_at=instant(each["last_played_at"]),
        )
        for each in json.loads(array)
    )
