"""The API: GET health, listeners and their recommendations."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, TypeAdapter

from ui.problems import documented, nowhere
from ui.records import Listener, ListenerSummary
from ui.store import Store
from ui.strategies import STRATEGIES, known

MOST = 1000
ANY_METHOD = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

Username = Annotated[str, Path(max_length=300, description="Any case; names are kept in lower case.", examples=["ada"])]
Limit = Annotated[int, Query(ge=1, le=MOST, description="How many at most.")]
ByStrategy = Annotated[
    str | None,
    Query(max_length=64, description="Only what this strategy proposes.", json_schema_extra={"enum": list(STRATEGIES)}),
]


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Health(BaseModel):
    """What is served; `stale` says why a newer version is not."""

    status: Literal["ok", "stale"]
    version: str
    published_at: datetime
    stale: str | None


class Listeners(BaseModel):
    """Every listener, by name."""

    listeners: list[ListenerSummary]


class StoredReason(BaseModel):
    """Why one strategy proposes a track."""

    strategy: str
    score_normalized: float
    facts: dict[str, Any]


class StoredRecommendation(BaseModel):
    """One track, as it was published."""

    track_id: str
    track_name: str
    artist_id: str
    artist_name: str
    album_name: str | None
    score: float
    strategies: list[str]
    reasons: list[StoredReason]
    listeners: int | None
    tags: list[str]


class Recommendations(BaseModel):
    """A listener's list, best first, at most 3 tracks an artist."""

    username: str
    published_at: datetime
    stale: str | None
    strategy: str | None
    count: int
    recommendations: list[StoredRecommendation]


_LISTENERS = TypeAdapter(tuple[ListenerSummary, ...])
_LISTENER = TypeAdapter(Listener)


def routes(store: Store) -> APIRouter:
    """The routes, answering from this store."""
    router = APIRouter()
    _add_health(router, store)
    _add_listeners(router, store)
    for reserved in ("/api", "/api/{rest:path}", "/health/{rest:path}", "/health", "/openapi.json"):
        router.add_api_route(reserved, nowhere(router), methods=ANY_METHOD, include_in_schema=False)
    return router


def _add_health(router: APIRouter, store: Store) -> None:
    @router.get("/health/live", tags=["health"], summary="Does the process answer")
    async def live() -> Alive:
        return Alive()

    @router.get("/health", tags=["health"], responses=documented(503), summary="What is served")
    @router.get("/health/ready", tags=["health"], responses=documented(503), summary="Can lists be asked for")
    async def ready() -> Health:
        served = store.freshness()
        return Health(
            status="stale" if served.stale else "ok",
            version=served.version,
            published_at=served.published_at,
            stale=served.stale,
        )


def _add_listeners(router: APIRouter, store: Store) -> None:
    # Rows are stored as ready JSON, so these answer with bytes; the models are what the OpenAPI document shows.
    @router.get(
        "/api/v1/listeners",
        response_model=Listeners,
        responses=documented(503),
        tags=["listeners"],
        summary="Every listener",
    )
    async def listeners() -> Response:
        return _sent(b'{"listeners":' + _LISTENERS.dump_json(store.listeners()) + b"}")

    @router.get(
        "/api/v1/listeners/{username}",
        response_model=Listener,
        responses=documented(404, 422, 503),
        tags=["listeners"],
        summary="One listener's profile and top artists",
    )
    async def listener(username: Username) -> Response:
        return _sent(_LISTENER.dump_json(store.listener(username)))

    @router.get(
        "/api/v1/listeners/{username}/recommendations",
        response_model=Recommendations,
        responses=documented(404, 422, 503),
        tags=["recommendations"],
        summary="What the listener may want next, and why",
    )
    async def recommendations(username: Username, limit: Limit = 50, strategy: ByStrategy = None) -> Response:
        rows = store.rows(username, limit, strategy=None if strategy is None else known(strategy))
        served = store.freshness()
        head = json.dumps(
            {
                "username": username.strip().lower(),
                "published_at": served.published_at.isoformat().replace("+00:00", "Z"),
                "stale": served.stale,
                "strategy": strategy,
                "count": len(rows),
            }
        )
        return _sent(f'{head[:-1]}, "recommendations": [{",".join(rows)}]}}'.encode())


def _sent(body: bytes) -> Response:
    return Response(body, media_type="application/json")
