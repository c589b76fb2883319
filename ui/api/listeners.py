"""GET listeners: all of them, and one with their profile."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, TypeAdapter

from ui.api.answers import json_bytes
from ui.problems import documented
from ui.records import Freshness, Listener, ListenerSummary
from ui.store import Store

Username = Annotated[str, Path(max_length=300, description="Any case; names are kept in lower case.", examples=["ada"])]


class Listeners(BaseModel):
    """Every listener, by name."""

    listeners: list[ListenerSummary]


@dataclass(frozen=True)
class Profile(Listener):
    """A listener's profile, and how fresh what is said of them is; `top_artists` come by recency, at most 50."""

    freshness: Freshness


_LISTENERS = TypeAdapter(tuple[ListenerSummary, ...])
_PROFILE = TypeAdapter(Profile)


def add(router: APIRouter, store: Store) -> None:
    """Put these routes on the router."""

    @router.get(
        "/api/v1/listeners",
        response_model=Listeners,
        responses=documented(503),
        tags=["listeners"],
        summary="Every listener",
    )
    async def listeners() -> Response:
        return json_bytes(b'{"listeners":' + _LISTENERS.dump_json(store.listeners()) + b"}")

    @router.get(
        "/api/v1/listeners/{username}",
        response_model=Profile,
        responses=documented(404, 422, 503),
        tags=["listeners"],
        summary="One listener's profile and top artists",
    )
    async def listener(username: Username) -> Response:
        return json_bytes(_PROFILE.dump_json(Profile(**vars(store.listener(username)), freshness=store.freshness())))
