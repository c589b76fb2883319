"""GET what a listener may want next, and why."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel
from pydantic.config import JsonDict

from ui.api.asked import Asked
from ui.api.listeners import Username
from ui.api.ready import ReadyLists, as_response
from ui.problems import documented

PATH = "/api/v1/listeners/{username}/recommendations"


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


EXAMPLE: JsonDict = {
    "username": "ada",
    "published_at": "2026-06-01T12:00:00Z",
    "stale": None,
    "strategies": [],
    "count": 1,
    "total": 412,
    "recommendations": [
        {
            "track_id": "roads|portishead",
            "track_name": "Roads",
            "artist_id": "portishead",
            "artist_name": "Portishead",
            "album_name": "Dummy",
            "score": 1.0,
            "strategies": ["similar_artist"],
            "reasons": [
                {
                    "strategy": "similar_artist",
                    "score_normalized": 1.0,
                    "facts": {
                        "seed_artist_id": "massive attack",
                        "seed_artist_name": "Massive Attack",
                        "seed_play_count": 412,
                        "match": 0.87,
                        "further_seeds": 3,
                    },
                }
            ],
            "listeners": 1204000,
            "tags": ["trip-hop"],
        }
    ],
}


class Recommendations(BaseModel):
    """A listener's list; `total` there are without limit and offset, and `stale` says why none newer is served."""

    model_config = {"json_schema_extra": {"examples": [EXAMPLE]}}

    username: str
    published_at: datetime
    stale: str | None
    strategies: list[str]
    count: int
    total: int
    recommendations: list[StoredRecommendation]


def add(router: APIRouter, ready: ReadyLists) -> None:
    """Put these routes on the router."""

    # `ui.api.ready` answers most of these requests before they come here, with the same bytes.
    @router.get(
        PATH,
        response_model=Recommendations,
        responses={304: {"description": "Not Modified"}, **documented(404, 422, 503)},
        tags=["recommendations"],
        summary="What the listener may want next, and why",
    )
    async def recommendations(
        username: Username,
        asked: Annotated[Asked, Query()],
        authorization: Annotated[str | None, Header(include_in_schema=False)] = None,
        if_none_match: Annotated[str | None, Header(description="The ETag of an answer that is at hand.")] = None,
    ) -> Response:
        return as_response(ready.made(username, asked, may_remember=authorization is not None), if_none_match)
