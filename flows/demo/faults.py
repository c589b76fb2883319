"""What each fault of a misbehaving server looks like to its client."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from fastapi import Response

from flows.demo.calls import Call
from flows.demo.chance import drawn
from flows.demo.listeners import LISTENER_NAMES
from flows.demo.misbehaviour import Fault, Misbehaviour
from flows.demo.protocol import FAILED, SUSPENDED, TOO_MANY_CALLS, Answer, LastfmError, Params
from flows.demo.responses import error_response
from flows.demo.world import World

Alter = Callable[[Answer], Answer]
Respond = Callable[[World, Params, Alter], Response]

STATUSES = (200, 400, 403, 404, 429, 500, 503)
"""Last.fm sends its errors with any of these, whatever they mean elsewhere."""

CODE_AS_STRING = 0.25
RETRY_AFTER_SECONDS = "1"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
BAD_GATEWAY = b"<!DOCTYPE html>\n<html><head><title>Last.fm</title></head><body><h1>Bad gateway</h1></body></html>\n"
IMPOSSIBLE = {"match": 7.3, "playcount": -9, "listeners": -9, "count": -100}


class CodeAsString(LastfmError):
    """The same error, with its number in quotes."""

    @property
    def content(self) -> Answer:
        return {**super().content, "error": str(self.code)}


async def disturbed(world: World, misbehaviour: Misbehaviour, call: Call, params: Params, respond: Respond) -> Response:
    """The response to one call: right, late, wrong, broken or an error, as the misbehaviour decides."""
    fault = misbehaviour.fault(call)
    if error := _error(fault, misbehaviour.detail(call, "error")):
        response = error_response(error, params)
        if fault is Fault.ERROR29_AFTER:
            response.headers["Retry-After"] = RETRY_AFTER_SECONDS
        return response
    if fault is Fault.SLOW:
        await asyncio.sleep(misbehaviour.slow_seconds)
    if fault is Fault.OTHER:
        params = about_another(world, params, misbehaviour.detail(call, "other"))
    response = respond(world, params, lambda answer: poisoned(answer, misbehaviour, call))
    return _broken(response, fault, misbehaviour.detail(call, "cut"))


def about_another(world: World, params: Params, chance: float) -> Params:
    """The same request about another listener, artist or tag; an album or track becomes one of that artist's."""
    known = world.catalogue.named
    artist = known.get(_another(tuple(known), params.get("artist", ""), chance), world.catalogue.artists[0])
    others = {
        "user": _another(LISTENER_NAMES, params.get("user", ""), chance),
        "artist": artist.name,
        "album": artist.albums[0].name,
        "track": artist.songs[0].track.name,
        "tag": _another(tuple(world.charts.tagged), params.get("tag", ""), chance),
    }
    named = {"artist": "", **params} if "mbid" in params else params
    return {name: others.get(name, value) for name, value in named.items() if name != "mbid"}


def poisoned(answer: Answer, misbehaviour: Misbehaviour, call: Call) -> Answer:
    """The answer with some of its numbers replaced by impossible ones of the same type (number or string)."""
    if not misbehaviour.poison or not misbehaviour.concerns(call) or call.method.lower().startswith("user."):
        return answer

    def number(value: Any, name: str, path: str) -> Any:
        struck = drawn(misbehaviour.seed, "poison", call.asked, path) < misbehaviour.poison
        return type(value)(IMPOSSIBLE[name]) if struck else value

    def part(value: Any, path: str) -> Any:
        if isinstance(value, dict):
            return {
                name: number(one, name, path) if name in IMPOSSIBLE else part(one, f"{path}/{name}")
                for name, one in value.items()
            }
        return [part(one, f"{path}/{place}") for place, one in enumerate(value)] if isinstance(value, list) else value

    return {name: part(value, name) for name, value in answer.items()}


def _another(names: Sequence[str], asked: str, chance: float) -> str:
    others = [name for name in names if name.casefold() != asked.strip().casefold()]
    return others[int(chance * len(others))] if others else asked


def _error(fault: Fault | None, chance: float) -> LastfmError | None:
    match fault:
        case Fault.ERROR8:
            kind = CodeAsString if chance < CODE_AS_STRING else LastfmError
            status = STATUSES[int(chance * 1000) % len(STATUSES)]
            return kind(FAILED, "Operation failed - Most likely the backend service failed. Please try again.", status)
        case Fault.ERROR26:
            why = "Suspended API key - Access for your account has been suspended, please contact Last.fm"
            return LastfmError(SUSPENDED, why, 403)
        case Fault.ERROR29 | Fault.ERROR29_AFTER:
            why = "Rate limit exceeded - Your IP has made too many requests in a short period"
            return LastfmError(TOO_MANY_CALLS, why, 429 if chance < 0.5 else 200)
    return None


def _broken(response: Response, fault: Fault | None, chance: float) -> Response:
    body = bytes(response.body)
    match fault:
        case Fault.HTML:
            return Response(BAD_GATEWAY, 200, media_type="text/html")
        case Fault.EMPTY:
            return Response(b"", 200, media_type=response.media_type)
        case Fault.BOM:
            return Response(BYTE_ORDER_MARK + body, response.status_code, media_type=response.media_type)
        case Fault.TRUNCATED:
            kept = max(1, int(len(body) * chance))
            return Response(body[:kept], response.status_code, media_type=response.media_type)
    return response
