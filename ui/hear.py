"""`/hear`: redirects from a card to the track's video, which is looked up only when somebody wants to hear it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse

from ui.access import Need, allowed
from ui.links import links
from ui.state import State
from ui.store import Store

PATH = "/hear"
OWN_PAGE = frozenset({None, "same-origin", "none"})


def routes(store: Store, state: State) -> APIRouter:
    """The route; for unknown tracks it answers like the API."""
    router = APIRouter()

    @router.get(PATH, include_in_schema=False)
    def hear(track: Annotated[str, Query(max_length=1000)], request: Request) -> RedirectResponse:
        found = store.track(track)
        video_id = state.videos.video(track, found.artist_name, found.track_name) if _may_ask(request) else None
        return RedirectResponse(links(found.artist_name, found.track_name, video_id).youtube, status_code=302)

    return router


def _may_ask(request: Request) -> bool:
    """Whether to spend a search of the day's quota: only for the household, and for clicks on this page."""
    return allowed(request.state.caller, Need.CHANGE_PAGE) and request.headers.get("sec-fetch-site") in OWN_PAGE
