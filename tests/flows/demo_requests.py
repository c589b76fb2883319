"""A small world for the demo server's tests, and what it answers."""

import json
from datetime import date
from typing import Any

from flows.demo.catalogue import Album, Artist, Catalogue, Similar, Tag, Track
from flows.demo.server import respond
from flows.demo.world import World, demo_world

DAY = date(2025, 11, 21)


def artist(
    name: str,
    albums: dict[str, dict[str, int]] | None = None,
    *,
    mbid: str = "",
    listeners: int = 100,
    tags: dict[str, int] | None = None,
    similar: dict[str, float] | None = None,
) -> Artist:
    """An artist whose albums are given as their tracks' playcounts; a track has a tenth as many listeners."""
    given = albums or {"Only": {"Song": 50}}
    return Artist(
        name,
        mbid,
        listeners,
        10 * listeners,
        tuple(Tag(tag, count) for tag, count in (tags or {}).items()),
        tuple(Similar(near, match) for near, match in (similar or {}).items()),
        tuple(
            Album(album, tuple(Track(track, plays // 10, plays) for track, plays in tracks.items()))
            for album, tracks in given.items()
        ),
    )


def world(*artists: Artist) -> World:
    return demo_world(DAY, until=DAY, catalogue=Catalogue(artists))


def parameters(method: str, **params: object) -> dict[str, str]:
    given = {name: str(value) for name, value in params.items()}
    return {"method": method, "api_key": "a-key", "format": "json", **given}


def ask(of: World, method: str, **params: object) -> Any:
    """The body of one JSON answer."""
    return json.loads(bytes(respond(of, parameters(method, **params)).body))


def shape(value: Any) -> Any:
    """The types in an answer, by name, with the first of each list's rows."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else type(value).__name__
