"""Runs before every route: identifies the caller, refuses what they may not do, and applies the rate limits."""

import binascii
import math
import time
from base64 import b64decode
from collections.abc import Mapping
from functools import lru_cache

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.access import (
    ADMIN,
    GUEST,
    OF_PAGE,
    READING,
    STRANGER,
    VISITOR,
    Caller,
    Kind,
    Need,
    allowed,
    is_household,
    is_own_name,
    is_trusted,
    need,
)
from ui.limits import Limits
from ui.problems import problem
from ui.settings import AppSettings
from ui.tokens import Tokens, digest

# Wrong tokens per client address: against floods; nobody can guess 32 random bytes.
WRONG_TOKENS_PER_MINUTE = 6_000
AUTHORIZATION = b"authorization"
HEALTH = "/health"
CHALLENGE = {"WWW-Authenticate": "Bearer"}
# Makes a browser ask for a name, which may be anything, and a password, which is the token.
SIGN_IN = {"WWW-Authenticate": 'Basic realm="Segue", charset="UTF-8"'}

Headers = Mapping[bytes, bytes]


class Refused(Exception):
    """A refused request; has the answer's status, text and headers."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.headers = status, headers


class Guard:
    """Lets through what `ui.access` allows, within the rate limits."""

    def __init__(self, app: ASGIApp, settings: AppSettings, tokens: Tokens) -> None:
        self._app = app
        self._household = settings.api_token
        self._elsewhere = GUEST if settings.open_reading else STRANGER
        self._tokens = tokens
        self._limits = Limits(settings.requests_per_minute)
        self._guesses = Limits(WRONG_TOKENS_PER_MINUTE)
        # Cached, since they are needed for every request, but only for a few addresses and names.
        self._is_trusted = lru_cache(1000)(lambda address: is_trusted(address, settings.trusted_networks))
        self._is_own_name = lru_cache(1000)(is_own_name)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            try:
                await self._check(scope)
            except Refused as refused:
                answer = problem(refused.status, str(refused), headers=refused.headers)
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _check(self, scope: Scope) -> None:
        """Check the request, and set `request.state.caller`. Raises `Refused`."""
        wanted, username = need(scope["method"], scope["path"])
        headers = dict(scope["headers"])
        if scope["method"] not in READING and sends_of_itself(headers) and is_from_another_site(headers):
            raise Refused(403, "this request came from a page of another site")
        if allowed(STRANGER, wanted):
            self._check_name(scope, headers)
            return
        caller = await self._caller(scope, headers, wanted)
        if not allowed(caller, wanted, username):
            raise self._refused(caller, wanted)
        scope.setdefault("state", {})["caller"] = caller

    def _refused(self, caller: Caller, wanted: Need) -> Refused:
        if wanted in OF_PAGE and caller.kind is not Kind.GUEST:
            if self._household is None:
                return Refused(403, "from your address the page needs a token: set SEGUE_API_TOKEN where Segue runs")
            return Refused(401, "from your address the page needs the household's token as the password", SIGN_IN)
        if caller.kind is Kind.LISTENER:
            return Refused(403, f"this token is valid only for the data of {caller.username!r}")
        if caller.kind is Kind.STRANGER:
            return Refused(401, "requests from your address need a token: send 'Authorization: Bearer …'", CHALLENGE)
        return Refused(401, "reading needs no token here, but this does: send 'Authorization: Bearer …'", CHALLENGE)

    async def _caller(self, scope: Scope, headers: Headers, wanted: Need) -> Caller:
        given = headers.get(AUTHORIZATION)
        if given is not None:
            return await self._owner(_token(given), str(_address(scope)), wanted)
        if not self._is_trusted(_address(scope)):
            return self._elsewhere
        self._check_name(scope, headers)
        return VISITOR

    def _check_name(self, scope: Scope, headers: Headers) -> None:
        """Raises `Refused` for a browser on a trusted network that was led here under another site's name."""
        if AUTHORIZATION in headers or scope["path"].startswith(HEALTH) or not self._is_trusted(_address(scope)):
            return
        if not self._is_own_name(headers.get(b"host", b"").decode("latin-1")):
            raise Refused(403, "without a token, open this server by its IP address or as localhost")

    async def _owner(self, token: str, address: str, wanted: Need) -> Caller:
        """The token's owner, whose rate limit is applied; raises `Refused`."""
        if is_household(token, self._household):
            # The page loads dozens of files when it is opened, and then asks once a second.
            if wanted not in OF_PAGE:
                self._slow_down(self._limits, "household")
            return ADMIN
        username = self._tokens.trusted_owner(token) or await run_in_threadpool(self._tokens.owner, token)
        if username is None:
            self._slow_down(self._guesses, address)
            if wanted in OF_PAGE:
                raise self._refused(STRANGER, wanted)
            raise Refused(401, "unknown token: make one with 'segue token LISTENER'", CHALLENGE)
        self._slow_down(self._limits, digest(token))
        return Caller(Kind.LISTENER, username)

    def _slow_down(self, limits: Limits, caller: str) -> None:
        seconds = limits.wait(caller, time.monotonic())
        if seconds:
            after = math.ceil(seconds)
            raise Refused(429, f"too many requests: try again in {after} s", {"Retry-After": str(after)})


def sends_of_itself(headers: Headers) -> bool:
    """Whether a browser would send these credentials by itself for any page's request: all but a bearer token."""
    return not headers.get(AUTHORIZATION, b"").lower().startswith(b"bearer ")


def is_from_another_site(headers: Headers) -> bool:
    """Whether the Origin header names another origin; browsers send it, other programs usually do not."""
    origin = headers.get(b"origin")
    return origin is not None and origin.partition(b"://")[2] != headers.get(b"host")


def _address(scope: Scope) -> str | None:
    client = scope.get("client")
    return client[0] if client else None


def _token(header: bytes) -> str:
    """The token in an Authorization header: the bearer token, or a browser's Basic password; raises `Refused`."""
    scheme, _, given = _text(header).partition(" ")
    token = given.strip() if scheme.lower() == "bearer" else _password(given) if scheme.lower() == "basic" else ""
    if not token:
        raise Refused(401, "the Authorization header must be 'Bearer' and a token", CHALLENGE)
    return token


def _text(header: bytes) -> str:
    """The header as text: most programs send UTF-8, some Latin-1."""
    try:
        return header.decode()
    except UnicodeDecodeError:
        return header.decode("latin-1")


def _password(given: str) -> str:
    try:
        return b64decode(given, validate=True).decode().partition(":")[2].strip()
    except (binascii.Error, UnicodeDecodeError):
        return ""
