"""The API under /api/v1: one module per family of routes."""

from fastapi import APIRouter

from ui.api import (
    alike,
    exports,
    feedback,
    health,
    household,
    links,
    listeners,
    listeners_admin,
    listening,
    metrics,
    music,
    playlists,
    recommendations,
    runs,
)
from ui.api.owners import known_owner
from ui.api.ready import ReadyLists
from ui.metrics import Metrics
from ui.problems import documented, nowhere
from ui.recommended import RecommendedTracks
from ui.state import State
from ui.store import Store

ANY_METHOD = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
RESERVED = ("/api", "/api/{rest:path}", "/health/{rest:path}", "/health", "/openapi.json", "/metrics")


def routes(store: Store, state: State, ready: ReadyLists, measured: Metrics) -> APIRouter:
    """All routes, with data from the store and from the app's state."""
    # The refusals of `ui.guard`, which runs before any route.
    router = APIRouter(responses=documented(401, 403, 429))
    health.add(router, store)
    listeners.add(router, store)
    recommendations.add(router, ready)
    # Before the routes of one artist and one track, whose ids may contain slashes.
    links.add(router, store, state.videos)
    exports.add_music(router, store)
    for family in (listening, music, household):
        family.add(router, store)
    metrics.add(router, measured)
    _add_kept(router, store, state)
    # Last: for paths that match no route above, the API answers with an error, and not the page.
    for reserved in RESERVED:
        router.add_api_route(reserved, nowhere(router), methods=ANY_METHOD, include_in_schema=False)
    return router


def _add_kept(router: APIRouter, store: Store, state: State) -> None:
    """The routes on the app's own state."""
    owner = known_owner(store, state.added)
    recommended = RecommendedTracks(store, state.memory)
    feedback.add(router, state.feedback, owner)
    alike.add(router, store, state.joined, owner)
    playlists.add(router, state.playlists, owner, recommended)
    exports.add(router, state.playlists, owner, recommended)
    exports.add_listening(router, store)
    listeners_admin.add(router, state.added, state.runs, owner)
    runs.add(router, state.runs)
