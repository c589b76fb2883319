"""Playlists: save, change and delete them."""

from collections.abc import Callable, Sequence
from dataclasses import asdict

from fastapi import APIRouter, Response

from ui.api.listeners import Username
from ui.api.owners import TOKEN, Identifier, Owner
from ui.api.playlist_models import EveryPlaylist, NewPlaylist, OnePlaylist, PlaylistChange
from ui.lists import Wanted
from ui.playlists import FullPlaylist, ListedTrack, Playlists
from ui.problems import documented

PATH = "/api/v1/listeners/{username}/playlists"
ONE = PATH + "/{playlist_id}"

# Returns the tracks of a listener's recommendations for a wanted list.
Recommended = Callable[[str, Wanted], Sequence[ListedTrack]]


def add(router: APIRouter, playlists: Playlists, owner: Owner, recommended: Recommended) -> None:
    """Put these routes on the router."""
    _add_reading(router, playlists, owner)
    _add_creating(router, playlists, owner, recommended)
    _add_changing(router, playlists, owner)


def _add_reading(router: APIRouter, playlists: Playlists, owner: Owner) -> None:
    @router.get(PATH, responses=documented(404, 422, 503), tags=["playlists"], summary="A listener's playlists")
    def every_playlist(username: Username) -> EveryPlaylist:
        name = owner(username)
        return EveryPlaylist(username=name, playlists=list(playlists.of(name)))

    @router.get(ONE, responses=documented(404, 422, 503), tags=["playlists"], summary="One playlist with its tracks")
    def one_playlist(username: Username, playlist_id: Identifier) -> OnePlaylist:
        return _shown(playlists.get(owner(username), playlist_id))


def _add_creating(router: APIRouter, playlists: Playlists, owner: Owner, recommended: Recommended) -> None:
    @router.post(
        PATH,
        status_code=201,
        dependencies=[TOKEN],
        responses=documented(400, 404, 409, 422, 503),
        tags=["playlists"],
        summary="Save tracks, or a list of recommendations, as a playlist",
    )
    def create(username: Username, new: NewPlaylist) -> OnePlaylist:
        name = owner(username)
        tracks = [track.listed() for track in new.tracks or []]
        if new.recommendations is not None:
            tracks += recommended(name, new.recommendations.wanted())
        return _shown(playlists.create(name, new.name, tracks))


def _add_changing(router: APIRouter, playlists: Playlists, owner: Owner) -> None:
    @router.patch(
        ONE,
        dependencies=[TOKEN],
        responses=documented(400, 404, 409, 422, 503),
        tags=["playlists"],
        summary="Rename, replace, remove, append or reorder, all or nothing",
    )
    def change(username: Username, playlist_id: Identifier, change: PlaylistChange) -> OnePlaylist:
        return _shown(playlists.change(owner(username), playlist_id, name=change.name, edit=change.edit()))

    @router.delete(
        ONE,
        status_code=204,
        dependencies=[TOKEN],
        responses=documented(404, 422, 503),
        tags=["playlists"],
        summary="Delete a playlist",
    )
    def delete(username: Username, playlist_id: Identifier) -> Response:
        playlists.delete(owner(username), playlist_id)
        return Response(status_code=204)


def _shown(playlist: FullPlaylist) -> OnePlaylist:
    return OnePlaylist.model_validate(asdict(playlist))
