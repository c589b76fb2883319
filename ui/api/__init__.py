"""The API under /api/v1: one module a family of routes."""

from fastapi import APIRouter

from ui.api import health, listeners, recommendations
from ui.overlay import Memory, NoMemory
from ui.problems import nowhere
from ui.store import Store

ANY_METHOD = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
RESERVED = ("/api", "/api/{rest:path}", "/health/{rest:path}", "/health", "/openapi.json")


def routes(store: Store, memory: Memory | None = None) -> APIRouter:
    """All routes, answering from this store; `memory` bends a listener's lists by what they told."""
    router = APIRouter()
    health.add(router, store)
    listeners.add(router, store)
    recommendations.add(router, store, memory or NoMemory())
    # Last: an address that is none of those above is the API's to refuse, and not the page's.
    for reserved in RESERVED:
        router.add_api_route(reserved, nowhere(router), methods=ANY_METHOD, include_in_schema=False)
    return router
