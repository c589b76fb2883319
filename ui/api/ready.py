"""Recommendations as bytes, made once for each version, listener, query and overlay, and sent as they lie there.

A request for a listener's list is the one that comes a thousand times a second. `AnswerReady` answers it before
FastAPI takes it through its routing. Whatever is not plainly such a request, valid and for a listener who is there,
goes on to FastAPI's route, which asks the same `ReadyLists`, or says what is wrong.
"""

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

from fastapi import HTTPException, Response
from pydantic import ValidationError
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.api.asked import Asked, read
from ui.one_listener import UnknownListener
from ui.overlay import Memory, Overlay
from ui.records import Freshness
from ui.store import Picked, Store
from ui.strategies import UnknownStrategy
from ui.usernames import kept
from ui.version import Unavailable

BEFORE, AFTER = "/api/v1/listeners/", "/recommendations"
ROUTE = f"{BEFORE}{{username}}{AFTER}"
LONGEST_NAME = 300
# A thousand listeners' first 50 take some 30 MB.
MOST_BYTES = 32 * 2**20
# What an answer takes beside its body.
OVERHEAD = 1_000
JSON = "application/json"
# Whoever keeps an answer asks each time whether it is still right.
CACHING = "private, no-cache"

Request = tuple[str, bytes]


@dataclass(frozen=True)
class Ready:
    """An answer to send, and all that must still be so for it to be right."""

    body: bytes
    etag: str
    username: str
    freshness: Freshness
    overlay: Overlay

    @property
    def headers(self) -> dict[str, str]:
        """Those of the answer, however it is sent."""
        return {"content-type": JSON, "etag": self.etag, "cache-control": CACHING}


class ReadyLists:
    """Makes answers, and keeps those made last. Lives in the event loop: nothing here is shared between threads."""

    def __init__(self, store: Store, memory: Memory) -> None:
        self._store = store
        self._memory = memory
        self._kept: OrderedDict[Request, Ready] = OrderedDict()
        self._bytes = 0

    def answer(self, path: str, query: bytes) -> Ready:
        """The answer to a plain request, kept or made.

        Raises what FastAPI's route answers with a problem: `ValidationError`, `UnknownStrategy`, `UnknownListener`,
        `Unavailable`.
        """
        kept = self._kept.get((path, query))
        if kept is not None and self._still_right(kept):
            self._kept.move_to_end((path, query))
            return kept
        made = self.made(path[len(BEFORE) : -len(AFTER)], read(query))
        self._keep((path, query), made)
        return made

    def made(self, username: str, asked: Asked, *, may_remember: bool = False) -> Ready:
        """The answer, made now; raises `UnknownListener`, `UnknownStrategy`, `Unavailable`, 401 as `HTTPException`."""
        if asked.remember and not may_remember:
            raise HTTPException(401, "remembering what was shown needs a token", {"WWW-Authenticate": "Bearer"})
        name = kept(username)
        overlay = self._memory.overlay(name)
        wanted = asked.wanted()
        picked = self._store.picked(name, wanted, overlay)
        if asked.remember:
            self._memory.remember(name, [json.loads(row)["track_id"] for row in picked.rows])
        body = _body(picked, wanted.strategies)
        return Ready(body, f'"{crc32(body):08x}-{len(body):x}"', name, picked.freshness, overlay)

    def _still_right(self, kept: Ready) -> bool:
        return kept.freshness is self._store.freshness() and kept.overlay is self._memory.overlay(kept.username)

    def _keep(self, request: Request, made: Ready) -> None:
        before = self._kept.pop(request, None)
        self._kept[request] = made
        self._bytes += _size(made) - (_size(before) if before else 0)
        while self._bytes > MOST_BYTES:
            self._bytes -= _size(self._kept.popitem(last=False)[1])


class AnswerReady:
    """Answers plain requests for a listener's list, and leaves all others to the app behind it."""

    def __init__(self, app: ASGIApp, ready: ReadyLists) -> None:
        self._app = app
        self._ready = ready

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _is_plain(scope):
            await self._app(scope, receive, send)
            return
        try:
            ready = self._ready.answer(scope["path"], scope["query_string"])
        except (ValidationError, UnknownStrategy, UnknownListener, Unavailable):
            await self._app(scope, receive, send)
            return
        scope["segue.route"] = ROUTE
        await as_response(ready, _if_none_match(scope))(scope, receive, send)


def as_response(ready: Ready, if_none_match: str | None) -> Response:
    """The answer, or 304 to one who has it already."""
    if if_none_match is not None and ready.etag in if_none_match:
        return Response(status_code=304, headers=_without_type(ready.headers))
    return Response(ready.body, headers=ready.headers)


def _without_type(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != "content-type"}


def _is_plain(scope: Scope) -> bool:
    """Whether FastAPI's route would take it: a name without a slash, and nothing to remember, which needs a token."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    path: str = scope["path"]
    if not (path.startswith(BEFORE) and path.endswith(AFTER)) or b"remember" in scope["query_string"]:
        return False
    name = path[len(BEFORE) : -len(AFTER)]
    return 0 < len(name) <= LONGEST_NAME and "/" not in name


def _if_none_match(scope: Scope) -> str | None:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"if-none-match"), None)


def _body(picked: Picked, strategies: Sequence[str]) -> bytes:
    head = json.dumps(
        {
            "username": picked.username,
            "published_at": picked.freshness.published_at.isoformat().replace("+00:00", "Z"),
            "stale": picked.freshness.stale,
            "strategies": strategies,
            "count": len(picked.rows),
            "total": picked.total,
        }
    )
    return f'{head[:-1]}, "recommendations": [{",".join(picked.rows)}]}}'.encode()


def _size(ready: Ready) -> int:
    return len(ready.body) + OVERHEAD
