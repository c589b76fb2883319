"""GET what a listener may want next, and why."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel

from ui.api import examples
from ui.api.answers import documented_with
from ui.api.asked import Asked
from ui.api.listeners import Username
from ui.api.ready import ReadyLists, as_response

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


class Recommendations(BaseModel):
    """A listener's list; `total` is its length without limit and offset, `stale` says why no newer one is served."""

    username: str
    published_at: datetime
    stale: str | None
    strategies: list[str]
    count: int
    total: int
    recommendations: list[StoredRecommendation]


def add(router: APIRouter, ready: ReadyLists) -> None:
    """Put these routes on the router."""

    # `ui.api.ready` answers most of these requests before they reach this route, with the same bytes.
    @router.get(
        PATH,
        response_model=Recommendations,
        responses={304: {"description": "Not Modified"}, **documented_with(examples.RECOMMENDATIONS, 404, 422, 503)},
        tags=["recommendations"],
        summary="What the listener may want to hear next, and why",
    )
    async def recommendations(
        username: Username,
        asked: Annotated[Asked, Query()],
        authorization: Annotated[str | None, Header(include_in_schema=False)] = None,
        if_none_match: Annotated[str | None, Header(description="The ETag of an earlier answer.")] = None,
    ) -> Response:
        return as_response(ready.made(username, asked, may_remember=authorization is not None), if_none_match)
