"""A cache of recommendations as bytes, made once for each version, listener, query and overlay.

Requests for a listener's list may come a thousand times a second. `AnswerReady` answers them before FastAPI's
routing. Any other request, and any that is invalid or for an unknown listener, goes on to FastAPI's route, which uses
the same `ReadyLists` or answers with an error.
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
# Memory for an answer beside its body, in bytes.
OVERHEAD = 1_000
JSON = "application/json"
# Clients may cache an answer, but must revalidate it each time.
CACHING = "private, no-cache"

Request = tuple[str, bytes]


@dataclass(frozen=True)
class Ready:
    """An answer to send, and the state for which it is valid."""

    body: bytes
    etag: str
    username: str
    freshness: Freshness
    overlay: Overlay

    @property
    def headers(self) -> dict[str, str]:
        """The answer's headers."""
        return {"content-type": JSON, "etag": self.etag, "cache-control": CACHING}


class ReadyLists:
    """Makes answers, and caches those used last. Used only in the event loop: not thread-safe."""

    def __init__(self, store: Store, memory: Memory) -> None:
        self._store = store
        self._memory = memory
        self._kept: OrderedDict[Request, Ready] = OrderedDict()
        self._bytes = 0

    def answer(self, path: str, query: bytes) -> Ready:
        """The answer to a plain request, from the cache or made now.

        Raises errors for which FastAPI's route answers with a problem: `ValidationError`, `UnknownStrategy`,
        `UnknownListener`, `Unavailable`.
        """
        kept = self._kept.get((path, query))
        if kept is not None and self._still_right(kept):
            self._kept.move_to_end((path, query))
            return kept
        made = self.made(path[len(BEFORE) : -len(AFTER)], read(query))
        self._keep((path, query), made)
        return made

    def made(self, username: str, asked: Asked, *, may_remember: bool = False) -> Ready:
        """Make the answer; raises `UnknownListener`, `UnknownStrategy`, `Unavailable`, and `HTTPException` (401)."""
        if asked.remember and not may_remember:
            raise HTTPException(401, "recording what was shown needs a token", {"WWW-Authenticate": "Bearer"})
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
    """Middleware that answers plain requests for a listener's list, and passes all others on to the app."""

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
    """The answer, or 304 if the client has it already."""
    if if_none_match is not None and ready.etag in if_none_match:
        return Response(status_code=304, headers=_without_type(ready.headers))
    return Response(ready.body, headers=ready.headers)


def _without_type(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != "content-type"}


def _is_plain(scope: Scope) -> bool:
    """Whether it is a plain request: FastAPI's route would match it, and it has no `remember`, which needs a token."""
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
