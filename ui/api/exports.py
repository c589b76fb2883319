"""Lists of tracks as files: M3U8, XSPF, JSPF, CSV or JSON."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from ui.api.asked import AskedList
from ui.api.listeners import Username
from ui.api.owners import Identifier, Owner
from ui.exports import FORMATS, Export, Format, export
from ui.playlists import Playlists
from ui.problems import documented
from ui.recommended import RecommendedTracks

AsFormat = Annotated[Format, Query(alias="format", description="The kind of file.")]
TAKEN = {media_type.partition(";")[0]: {"schema": {"type": "string"}} for _, media_type in FORMATS.values()}


class ExportedRecommendations(AskedList):
    """Which recommendations, and the kind of file."""

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


def sent(file: Export) -> Response:
    """The file as something to save."""
    headers = {"Content-Disposition": f'attachment; filename="{file.filename}"'}
    return Response(file.content, media_type=file.media_type, headers=headers)
