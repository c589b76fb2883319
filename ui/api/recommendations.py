"""GET what a listener may want next, and why."""

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from ui.api.answers import json_bytes
from ui.api.listeners import Username
from ui.overlay import Memory
from ui.problems import documented
from ui.store import Store
from ui.strategies import STRATEGIES, known

MOST = 1000

Limit = Annotated[int, Query(ge=1, le=MOST, description="How many at most.")]
ByStrategy = Annotated[
    str | None,
    Query(max_length=64, description="Only what this strategy proposes.", json_schema_extra={"enum": list(STRATEGIES)}),
]


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


def add(router: APIRouter, store: Store, memory: Memory) -> None:  # noqa: ARG001
    """Put these routes on the router."""

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
        return json_bytes(f'{head[:-1]}, "recommendations": [{",".join(rows)}]}}'.encode())
