"""GET listeners: all of them, and one with their profile."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, TypeAdapter

from ui.api import examples
from ui.api.answers import documented_with, json_bytes
from ui.records import Freshness, Listener, ListenerSummary
from ui.store import Store

Username = Annotated[
    str, Path(max_length=300, description="Case-insensitive; names are stored in lower case.", examples=["ada"])
]


class Listeners(BaseModel):
    """All listeners, by name."""

    listeners: list[ListenerSummary]


@dataclass(frozen=True)
class Profile(Listener):
    """A listener's profile and how fresh it is; `top_artists` has at most 50, ordered by recency."""

    freshness: Freshness


_LISTENERS = TypeAdapter(tuple[ListenerSummary, ...])
_PROFILE = TypeAdapter(Profile)


def add(router: APIRouter, store: Store) -> None:
    """Put these routes on the router."""

    @router.get(
        "/api/v1/listeners",
        response_model=Listeners,
        responses=documented_with(examples.LISTENERS, 503),
        tags=["listeners"],
        summary="All listeners",
    )
    async def listeners() -> Response:
        return json_bytes(b'{"listeners":' + _LISTENERS.dump_json(store.listeners()) + b"}")

    @router.get(
        "/api/v1/listeners/{username}",
        response_model=Profile,
        responses=documented_with(examples.PROFILE, 404, 422, 503),
        tags=["listeners"],
        summary="One listener's profile and top artists",
    )
    async def listener(username: Username) -> Response:
        return json_bytes(_PROFILE.dump_json(Profile(**vars(store.listener(username)), freshness=store.freshness())))
