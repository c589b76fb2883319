"""GET figures of the whole household: what is trending, and totals."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from ui.api import examples
from ui.api.answers import documented_with
from ui.catalogue import TrendingArtist, TrendingPeriod, TrendingTrack
from ui.lists import TRACKS_PER_ARTIST
from ui.records import Freshness
from ui.store import Stats, Store

ROOT = "/api/v1"
MOST = 100

Limit = Annotated[int, Query(ge=1, le=MOST, description="Maximum number of results.")]
PerArtist = Annotated[int, Query(ge=1, le=MOST, description="Maximum number of tracks per artist.")]
InPeriod = Annotated[
    TrendingPeriod,
    Query(description="Each listener's last 7 or 30 days, compared with the same number of days before."),
]


class TrendingArtists(BaseModel):
    """Artists that are played more than in the period before, clearest rise first."""

    period: TrendingPeriod
    artists: list[TrendingArtist]


class TrendingTracks(BaseModel):
    """Tracks that are played more than in the period before, clearest rise first."""

    period: TrendingPeriod
    tracks: list[TrendingTrack]


class HouseholdStats(BaseModel):
    """What the served version contains."""

    freshness: Freshness
    stats: Stats


def add(router: APIRouter, store: Store) -> None:
    """Put these routes on the router."""

    @router.get(
        f"{ROOT}/trending/artists",
        responses=documented_with(examples.TRENDING_ARTISTS, 422, 503),
        tags=["household"],
        summary="Trending artists",
    )
    def trending_artists(period: InPeriod = "week", limit: Limit = 20) -> TrendingArtists:
        return TrendingArtists(period=period, artists=list(store.trending_artists(period)[:limit]))

    @router.get(
        f"{ROOT}/trending/tracks",
        responses=documented_with(examples.TRENDING_TRACKS, 422, 503),
        tags=["household"],
        summary="Trending tracks",
    )
    def trending_tracks(
        period: InPeriod = "week", limit: Limit = 20, per_artist: PerArtist = TRACKS_PER_ARTIST
    ) -> TrendingTracks:
        return TrendingTracks(period=period, tracks=list(store.trending_tracks(period, per_artist)[:limit]))

    @router.get(f"{ROOT}/stats", responses=documented_with(examples.STATS, 503), tags=["household"], summary="Totals")
    def stats() -> HouseholdStats:
        return HouseholdStats(freshness=store.freshness(), stats=store.stats())
