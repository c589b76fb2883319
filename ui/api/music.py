"""GET facts about music: search, artists, tracks, similar ones, and genres."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from ui.api import examples
from ui.api.answers import documented_with
from ui.catalogue import Artist, SimilarArtist, SimilarTrack, Tag, TaggedTrack, Track
from ui.lists import TRACKS_PER_ARTIST
from ui.store import Store

MOST = 100
LONGEST = 1000
ROOT = "/api/v1"

ArtistId = Annotated[str, Path(max_length=LONGEST, examples=["massive attack"], description="As returned by search.")]
TrackId = Annotated[
    str, Path(max_length=LONGEST, examples=["teardrop|massive attack"], description="As returned by search.")
]
TagName = Annotated[str, Path(max_length=LONGEST, examples=["trip-hop"])]
Text = Annotated[
    str,
    Query(
        min_length=1,
        max_length=200,
        examples=["bjork"],
        description="Words or beginnings of words; case and accents are ignored.",
    ),
]
Limit = Annotated[int, Query(ge=1, le=MOST, description="Maximum number of each kind.")]
Offset = Annotated[int, Query(ge=0, le=100_000)]
PerArtist = Annotated[int, Query(ge=1, le=MOST, description="Maximum number of tracks per artist.")]


class FoundMusic(BaseModel):
    """What matches; `misspelt` means that nothing has these words, and that these are the closest matches."""

    query: str
    misspelt: bool
    artists: list[Artist]
    tracks: list[Track]


class SimilarArtists(BaseModel):
    """The artists most similar to one, most similar first."""

    artist: Artist
    similar: list[SimilarArtist]


class SimilarTracks(BaseModel):
    """Similar tracks: the most played ones of the most similar artists, and those that sound alike."""

    track: Track
    similar: list[SimilarTrack]


class Genres(BaseModel):
    """The tags that have lists of tracks, those of the most artists first."""

    genres: list[Tag]


class GenreTracks(BaseModel):
    """A genre's tracks, best first."""

    genre: str
    tracks: list[TaggedTrack]


def add(router: APIRouter, store: Store) -> None:
    """Put these routes on the router."""
    _add_search(router, store)
    # Before the routes of one artist and one track, whose ids may contain slashes.
    _add_similar(router, store)
    _add_one(router, store)
    _add_genres(router, store)


def _add_search(router: APIRouter, store: Store) -> None:
    # No coroutine: comparing a misspelt name with many others takes time, and must not block the event loop.
    @router.get(
        f"{ROOT}/search",
        responses=documented_with(examples.FOUND, 422, 503),
        tags=["music"],
        summary="Find artists and tracks by name",
    )
    def search(q: Text, limit: Limit = 20) -> FoundMusic:
        found = store.search(q, limit)
        artists, tracks = list(found.artists), list(found.tracks)
        return FoundMusic(query=q, misspelt=found.misspelt, artists=artists, tracks=tracks)


def _add_similar(router: APIRouter, store: Store) -> None:
    @router.get(
        f"{ROOT}/artists/{{artist_id:path}}/similar",
        responses=documented_with(examples.SIMILAR_ARTISTS, 404, 422, 503),
        tags=["music"],
        summary="Similar artists",
    )
    def similar_artists(artist_id: ArtistId, limit: Limit = 20) -> SimilarArtists:
        similar = store.similar_artists(artist_id)[:limit]
        return SimilarArtists(artist=store.artist(artist_id), similar=list(similar))

    @router.get(
        f"{ROOT}/tracks/{{track_id:path}}/similar",
        responses=documented_with(examples.SIMILAR_TRACKS, 404, 422, 503),
        tags=["music"],
        summary="Similar tracks",
    )
    def similar_tracks(
        track_id: TrackId, limit: Limit = 20, per_artist: PerArtist = TRACKS_PER_ARTIST
    ) -> SimilarTracks:
        similar = store.similar_tracks(track_id, per_artist)[:limit]
        return SimilarTracks(track=store.track(track_id), similar=list(similar))


def _add_one(router: APIRouter, store: Store) -> None:
    @router.get(
        f"{ROOT}/artists/{{artist_id:path}}",
        responses=documented_with(examples.ARTIST, 404, 422, 503),
        tags=["music"],
        summary="One artist",
    )
    def artist(artist_id: ArtistId) -> Artist:
        return store.artist(artist_id)

    @router.get(
        f"{ROOT}/tracks/{{track_id:path}}",
        responses=documented_with(examples.TRACK, 404, 422, 503),
        tags=["music"],
        summary="One track",
    )
    def track(track_id: TrackId) -> Track:
        return store.track(track_id)


def _add_genres(router: APIRouter, store: Store) -> None:
    @router.get(
        f"{ROOT}/genres", responses=documented_with(examples.GENRES, 422, 503), tags=["music"], summary="Genres (tags)"
    )
    def genres(limit: Limit = 50, offset: Offset = 0) -> Genres:
        return Genres(genres=list(store.tags(limit, offset)))

    @router.get(
        f"{ROOT}/genres/{{tag:path}}/tracks",
        responses=documented_with(examples.GENRE_TRACKS, 404, 422, 503),
        tags=["music"],
        summary="A genre's tracks",
    )
    def genre_tracks(tag: TagName, limit: Limit = 50, per_artist: PerArtist = TRACKS_PER_ARTIST) -> GenreTracks:
        return GenreTracks(genre=tag.strip().lower(), tracks=list(store.tag_tracks(tag, per_artist)[:limit]))
