"""GET /health/live and /health/ready: whether the process answers, and whether lists can be served."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from ui.api import examples
from ui.api.answers import documented_with
from ui.store import Store


class Alive(BaseModel):
    """The process is running."""

    status: Literal["ok"] = "ok"


class Health(BaseModel):
    """What is served; `stale` says why a newer version is not."""

    status: Literal["ok", "stale"]
    version: str
    published_at: datetime
    stale: str | None


def add(router: APIRouter, store: Store) -> None:
    """Put these routes on the router."""

    @router.get("/health/live", tags=["health"], summary="Whether the process is running")
    async def live() -> Alive:
        return Alive()

    @router.get("/health", tags=["health"], responses=documented_with(examples.HEALTH, 503), summary="What is served")
    @router.get(
        "/health/ready",
        tags=["health"],
        responses=documented_with(examples.HEALTH, 503),
        summary="Whether recommendations can be served",
    )
    async def ready() -> Health:
        served = store.freshness()
        return Health(
            status="stale" if served.stale else "ok",
            version=served.version,
            published_at=served.published_at,
            stale=served.stale,
        )
