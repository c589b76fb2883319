"""The served store: the published data, as read by the page, the API and the command line."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ui import catalogue, listening, one_listener, search
from ui.aliases import Aliases
from ui.alike import Near, read_neighbors
from ui.evaluated import Evaluation, read_evaluation
from ui.following import Following, NothingServed
from ui.listening import Order, Period
from ui.lists import TRACKS_PER_ARTIST, Wanted, chosen, counts
from ui.one_listener import UnknownListener
from ui.overlay import NOTHING_TOLD, Overlay
from ui.records import Freshness, Listener, ListenerSummary, Recommendation, instant, recommendation
from ui.usernames import kept

__all__ = ["NothingServed", "Picked", "Stats", "Store", "UnknownListener"]

LISTENERS = "SELECT username, play_count, first_played_at, last_played_at, as_of FROM listeners ORDER BY username"
RECORDINGS = "SELECT track_id, mbid FROM recordings WHERE track_id IN (SELECT value FROM json_each(?))"
STATS = """
    SELECT (SELECT count(*) FROM listeners), (SELECT coalesce(sum(play_count), 0) FROM listeners),
      (SELECT count(*) FROM artists), (SELECT count(*) FROM tracks), (SELECT count(*) FROM tags),
      (SELECT coalesce(sum(size), 0) FROM lists)"""


@dataclass(frozen=True)
class Picked:
    """A list as rows of JSON, ready to send; `total` is the number without limit and offset."""

    username: str
    rows: tuple[str, ...]
    total: int
    freshness: Freshness


@dataclass(frozen=True)
class Stats:
    """What a served version holds in all; artists and tracks are those that anything is known of."""

    listeners: int
    plays: int
    artists: int
    tracks: int
    tags: int
    recommendations: int


class Store:
    """Reads `served/current.sqlite`; thread-safe."""

    def __init__(self, served: Path) -> None:
        self._following = Following(served)

    def freshness(self) -> Freshness:
        """Which version is served, and whether it is the newest."""
        return self._following.now()[1]

    def aliases(self) -> Aliases:
        """The artist's id for each id of an alias; empty if nothing is served."""
        try:
            return self._following.now()[0].aliases
        except NothingServed:
            return {}

    def listeners(self) -> tuple[ListenerSummary, ...]:
        """All listeners, sorted by name."""
        with self._reading() as connection:
            rows = connection.execute(LISTENERS).fetchall()
        return tuple(ListenerSummary(name, plays, *map(instant, times)) for name, plays, *times in rows)

    def listener(self, username: str) -> Listener:
        """One listener's profile; raises `UnknownListener`."""
        with self._reading() as connection:
            return one_listener.profile(connection, username)

    def picked(self, username: str, wanted: Wanted, overlay: Overlay = NOTHING_TOLD) -> Picked:
        """The listener's list as wanted, adjusted by the overlay; raises `UnknownListener`."""
        version, freshness = self._following.now()
        with version.reading() as connection:
            name = kept(username)
            facets = one_listener.facets_of(connection, version, name)
            told = one_listener.told_by(connection, name, facets, overlay) if overlay else None
            picked = chosen(facets, wanted, told)
            return Picked(name, one_listener.rows_of(connection, name, picked), picked.total, freshness)

    def recommendations(
        self, username: str, limit: int, offset: int = 0, strategy: str | None = None
    ) -> tuple[Recommendation, ...]:
        """The listener's list, best first, at most 3 tracks per artist; raises `UnknownListener`."""
        return tuple(recommendation(row) for row in self.rows(username, limit, offset, strategy))

    def rows(self, username: str, limit: int, offset: int = 0, strategy: str | None = None) -> tuple[str, ...]:
        """`recommendations` as stored JSON, ready to send."""
        return self.picked(username, Wanted(limit, offset, _only(strategy))).rows

    def strategies(self, username: str) -> dict[str, int]:
        """How many recommendations each strategy of the listener's list has, after the cap per artist."""
        version, _ = self._following.now()
        with version.reading() as connection:
            return counts(one_listener.facets_of(connection, version, kept(username)))

    def count(self, username: str, strategy: str | None = None) -> int:
        """How many recommendations there are, after the cap per artist; raises `UnknownListener`."""
        version, _ = self._following.now()
        with version.reading() as connection:
            facets = one_listener.facets_of(connection, version, kept(username))
            return chosen(facets, Wanted(limit=0, strategies=_only(strategy))).total

    def top_artists(
        self, username: str, period: Period = "all", order: Order = "plays"
    ) -> tuple[listening.PlayedArtist, ...]:
        """The listener's artists by plays in the period, or by recency; at most 50. Raises `UnknownListener`."""
        with self._reading() as connection:
            name = one_listener.known_name(connection, username)
            return listening.top_artists(connection, name, f"artists.{_ranked(period, order)}")

    def top_tracks(
        self, username: str, period: Period = "all", order: Order = "plays"
    ) -> tuple[listening.PlayedTrack, ...]:
        """The listener's tracks by plays in the period, or by recency; at most 50. Raises `UnknownListener`."""
        with self._reading() as connection:
            name = one_listener.known_name(connection, username)
            return listening.top_tracks(connection, name, f"tracks.{_ranked(period, order)}")

    def months(self, username: str) -> tuple[listening.MonthPlayed, ...]:
        """Plays by month, oldest first, without gaps; raises `UnknownListener`."""
        with self._reading() as connection:
            return listening.months(connection, one_listener.known_name(connection, username))

    def hours(self, username: str) -> tuple[listening.HourPlayed, ...]:
        """Plays by weekday and hour in UTC; raises `UnknownListener`."""
        with self._reading() as connection:
            return listening.hours(connection, one_listener.known_name(connection, username))

    def decay(self, username: str) -> listening.Decay:
        """How the weight of the listener's plays decays; raises `UnknownListener`."""
        with self._reading() as connection:
            listener = one_listener.profile(connection, username)
        return listening.decay(listener.half_life_days, listener.listening_span_days)

    def neighbors(self, username: str) -> tuple[Near, ...]:
        """The published neighbors of a listener who had joined by then; see `ui.alike.alike`."""
        with self._reading() as connection:
            return read_neighbors(connection, kept(username))

    def stats(self) -> Stats:
        """Totals of the served version."""
        with self._reading() as connection:
            return Stats(*connection.execute(STATS).fetchone())

    def evaluation(self) -> Evaluation | None:
        """The last evaluation of recommendations; None if there was none."""
        with self._reading() as connection:
            return read_evaluation(connection)

    def search(self, text: str, limit: int = 20) -> search.Found:
        """Artists and tracks whose names have these words or beginnings of words, else the most similar ones."""
        with self._reading() as connection:
            return search.search(connection, text, limit)

    def artist(self, artist_id: str) -> catalogue.Artist:
        """One artist; raises `UnknownMusic`."""
        with self._reading() as connection:
            return catalogue.artist(connection, artist_id)

    def track(self, track_id: str) -> catalogue.Track:
        """One track; raises `UnknownMusic`."""
        with self._reading() as connection:
            return catalogue.track(connection, track_id)

    def recordings(self, track_ids: Sequence[str]) -> dict[str, str]:
        """For each track, its recording's MBID at MusicBrainz; tracks without a known one are left out."""
        with self._reading() as connection:
            return dict(connection.execute(RECORDINGS, (json.dumps(list(track_ids)),)).fetchall())

    def similar_artists(self, artist_id: str) -> tuple[catalogue.SimilarArtist, ...]:
        """The artists nearest to this one, at most 30; raises `UnknownMusic`."""
        with self._reading() as connection:
            return catalogue.similar_artists(connection, artist_id)

    def similar_tracks(self, track_id: str, per_artist: int = TRACKS_PER_ARTIST) -> tuple[catalogue.SimilarTrack, ...]:
        """Tracks similar to this one, at most `per_artist` of one artist; raises `UnknownMusic`."""
        with self._reading() as connection:
            return catalogue.similar_tracks(connection, track_id, per_artist)

    def tags(self, limit: int = 100, offset: int = 0) -> tuple[catalogue.Tag, ...]:
        """The tags that have lists of tracks, those of most artists first."""
        with self._reading() as connection:
            return catalogue.tags(connection, limit, offset)

    def tag_tracks(self, tag: str, per_artist: int = TRACKS_PER_ARTIST) -> tuple[catalogue.TaggedTrack, ...]:
        """A tag's tracks, best first, at most `per_artist` of one artist; raises `UnknownMusic`."""
        with self._reading() as connection:
            return catalogue.tag_tracks(connection, tag, per_artist)

    def trending_artists(self, period: catalogue.TrendingPeriod = "week") -> tuple[catalogue.TrendingArtist, ...]:
        """The artists that the household plays more than in the period before."""
        with self._reading() as connection:
            return catalogue.trending_artists(connection, period)

    def trending_tracks(
        self, period: catalogue.TrendingPeriod = "week", per_artist: int = TRACKS_PER_ARTIST
    ) -> tuple[catalogue.TrendingTrack, ...]:
        """The tracks that the household plays more than in the period before."""
        with self._reading() as connection:
            return catalogue.trending_tracks(connection, period, per_artist)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._following.now()[0].reading() as connection:
            yield connection


def _only(strategy: str | None) -> tuple[str, ...]:
    return () if strategy is None else (strategy,)


def _ranked(period: Period, order: Order) -> str:
    return "recency" if order == "recency" else period
