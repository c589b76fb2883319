"""Lists of tracks as files: M3U8, XSPF, JSPF, CSV or JSON."""

from collections.abc import Iterable
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Query, Response

from ui.api.asked import AskedList
from ui.api.listeners import Username
from ui.api.listening import InOrder, InPeriod
from ui.api.music import MOST, TagName, Text, TrackId
from ui.api.owners import Identifier, Owner
from ui.catalogue import TrendingPeriod
from ui.exports import FORMATS, Export, Format, export
from ui.playlists import ListedTrack, Playlists
from ui.problems import documented
from ui.recommended import RecommendedTracks
from ui.store import Store
from ui.usernames import kept

AsFormat = Annotated[Format, Query(alias="format", description="File format.")]
InTrendingPeriod = Annotated[TrendingPeriod, Query(description="Compared with the same time before it.")]
MEDIA_TYPES = [media_type.partition(";")[0] for _, media_type in FORMATS.values()]
TAKEN = {each: {"schema": {"type": "object" if each.endswith("json") else "string"}} for each in MEDIA_TYPES}


class Named(Protocol):
    """Any of the store's records of a track."""

    @property
    def track_id(self) -> str: ...
    @property
    def track_name(self) -> str: ...
    @property
    def artist_name(self) -> str: ...


class ExportedRecommendations(AskedList):
    """Which recommendations, and the file format."""

    format: Format = Format.M3U8


def file_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """A file, or these problems, as a route's OpenAPI responses."""
    return {200: {"description": "The file", "content": TAKEN}, **documented(*statuses)}


def add(router: APIRouter, playlists: Playlists, owner: Owner, recommended: RecommendedTracks) -> None:
    """Put these routes on the router."""

    @router.get(
        "/api/v1/listeners/{username}/recommendations/export",
        response_class=Response,
        responses=file_responses(404, 422, 503),
        tags=["exports"],
        summary="A listener's recommendations as a file",
    )
    def recommendations_file(username: Username, wanted: Annotated[ExportedRecommendations, Query()]) -> Response:
        name = owner(username)
        return sent(export(wanted.format, f"Recommended for {name}", recommended(name, wanted.wanted())))

    @router.get(
        "/api/v1/listeners/{username}/playlists/{playlist_id}/export",
        response_class=Response,
        responses=file_responses(404, 422, 503),
        tags=["exports"],
        summary="A playlist as a file",
    )
    def playlist_file(username: Username, playlist_id: Identifier, as_format: AsFormat = Format.M3U8) -> Response:
        playlist = playlists.get(owner(username), playlist_id)
        return sent(export(as_format, playlist.name, playlist.tracks))


def add_listening(router: APIRouter, store: Store) -> None:
    """Put the routes of played tracks on the router."""

    @router.get(
        "/api/v1/listeners/{username}/top/tracks/export",
        response_class=Response,
        responses=file_responses(404, 422, 503),
        tags=["exports"],
        summary="A listener's top tracks as a file",
    )
    def top_tracks_file(
        username: Username, period: InPeriod = "all", order: InOrder = "plays", as_format: AsFormat = Format.M3U8
    ) -> Response:
        tracks = store.top_tracks(username, period, order)
        return sent(export(as_format, f"Top tracks of {kept(username)}", listed(tracks)))

    @router.get(
        "/api/v1/trending/tracks/export",
        response_class=Response,
        responses=file_responses(422, 503),
        tags=["exports"],
        summary="Tracks that the household plays more than before, as a file",
    )
    def trending_file(period: InTrendingPeriod = "week", as_format: AsFormat = Format.M3U8) -> Response:
        return sent(export(as_format, f"Trending this {period}", listed(store.trending_tracks(period))))


def add_music(router: APIRouter, store: Store) -> None:
    """Put the routes of lists of music on the router."""

    @router.get(
        "/api/v1/tracks/{track_id:path}/similar/export",
        response_class=Response,
        responses=file_responses(404, 422, 503),
        tags=["exports"],
        summary="Similar tracks as a file",
    )
    def similar_file(track_id: TrackId, as_format: AsFormat = Format.M3U8) -> Response:
        near = store.track(track_id)
        return sent(export(as_format, f"Near {near.track_name}", listed(store.similar_tracks(track_id))))

    @router.get(
        "/api/v1/genres/{tag:path}/tracks/export",
        response_class=Response,
        responses=file_responses(404, 422, 503),
        tags=["exports"],
        summary="A genre's tracks as a file",
    )
    def genre_file(tag: TagName, as_format: AsFormat = Format.M3U8) -> Response:
        return sent(export(as_format, f"Genre {tag.strip().lower()}", listed(store.tag_tracks(tag))))

    @router.get(
        "/api/v1/search/export",
        response_class=Response,
        responses=file_responses(422, 503),
        tags=["exports"],
        summary="Matching tracks as a file",
    )
    def search_file(q: Text, as_format: AsFormat = Format.M3U8) -> Response:
        return sent(export(as_format, f"Found for {q}", listed(store.search(q, MOST).tracks)))


def listed(tracks: Iterable[Named]) -> list[ListedTrack]:
    """Tracks of any kind as tracks of a list."""
    return [
        ListedTrack(each.track_id, each.track_name, each.artist_name, getattr(each, "album_name", None))
        for each in tracks
    ]


def sent(file: Export) -> Response:
    """The file as a download."""
    headers = {"Content-Disposition": f'attachment; filename="{file.filename}"'}
    return Response(file.content, media_type=file.media_type, headers=headers)
