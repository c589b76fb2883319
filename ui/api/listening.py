"""GET what a listener played: tops by period and by recency, plays over time, and the decay of plays' weight."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from ui.api import examples
from ui.api.answers import documented_with
from ui.api.listeners import Username
from ui.listening import Decay, HourPlayed, MonthPlayed, Order, Period, PlayedArtist, PlayedTrack
from ui.store import Store
from ui.usernames import kept

LISTENER = "/api/v1/listeners/{username}"
MOST = 50

InPeriod = Annotated[
    Period, Query(description="The last 7, 30, 91 or 365 days before the listener's as_of, or everything.")
]
InOrder = Annotated[
    Order, Query(description="plays: by plays in the period; recency: by recency_score, whatever the period.")
]
Limit = Annotated[int, Query(ge=1, le=MOST, description="Maximum number of results.")]


class TopArtists(BaseModel):
    """A listener's artists in order of rank."""

    username: str
    period: Period
    order: Order
    artists: list[PlayedArtist]


class TopTracks(BaseModel):
    """A listener's tracks in order of rank."""

    username: str
    period: Period
    order: Order
    tracks: list[PlayedTrack]


class Activity(BaseModel):
    """When a listener plays: by month, without gaps, and by hour of the week (weekday 0 is Monday); all in UTC."""

    username: str
    months: list[MonthPlayed]
    hours: list[HourPlayed]


def add(router: APIRouter, store: Store) -> None:
    """Put these routes on the router."""

    @router.get(
        f"{LISTENER}/top/artists",
        responses=documented_with(examples.TOP_ARTISTS, 404, 422, 503),
        tags=["listening"],
        summary="Artists by plays or recency",
    )
    def top_artists(
        username: Username, period: InPeriod = "all", order: InOrder = "plays", limit: Limit = 20
    ) -> TopArtists:
        artists = store.top_artists(username, period, order)[:limit]
        return TopArtists(username=kept(username), period=period, order=order, artists=list(artists))

    @router.get(
        f"{LISTENER}/top/tracks",
        responses=documented_with(examples.TOP_TRACKS, 404, 422, 503),
        tags=["listening"],
        summary="Tracks by plays or recency",
    )
    def top_tracks(
        username: Username, period: InPeriod = "all", order: InOrder = "plays", limit: Limit = 20
    ) -> TopTracks:
        tracks = store.top_tracks(username, period, order)[:limit]
        return TopTracks(username=kept(username), period=period, order=order, tracks=list(tracks))

    @router.get(
        f"{LISTENER}/activity",
        responses=documented_with(examples.ACTIVITY, 404, 422, 503),
        tags=["listening"],
        summary="Plays by month and hour",
    )
    def activity(username: Username) -> Activity:
        months, hours = store.months(username), store.hours(username)
        return Activity(username=kept(username), months=list(months), hours=list(hours))

    @router.get(
        f"{LISTENER}/decay",
        responses=documented_with(examples.DECAY, 404, 422, 503),
        tags=["listening"],
        summary="How the weight of a listener's plays fades with age",
    )
    def decay(username: Username) -> Decay:
        return store.decay(username)
