"""Parses ListenBrainz's answers into typed values, and raises its errors."""

import json
from dataclasses import dataclass
from typing import Any

from flows.sources.errors import NotAuthorized, SourceError, Transient, UnknownListener
from flows.sources.reply import Reply


@dataclass(frozen=True)
class Listens:
    """One valid page of listens: the body as it was sent, the time of each, and that of the account's first listen."""

    body: str
    status: int
    times: tuple[int, ...]
    oldest_of_all: int


def listens(reply: Reply, account: str) -> Listens:
    """The reply as a page of this account's listens. Raises `Transient` or what the error means."""
    text, content = _json(reply)
    _raise_errors(content, reply, account)
    payload = content.get("payload")
    rows = payload.get("listens") if isinstance(payload, dict) else None
    if not isinstance(payload, dict) or not isinstance(rows, list):
        raise Transient(f"an answer without listens (status {reply.status})")
    if str(payload.get("user_id", account)).lower() != account.lower():
        raise Transient("a page of another listener")
    times = tuple(time for time in map(_listened_at, rows) if time > 0)
    if rows and not times:
        raise Transient("a page whose listens have no times")
    return Listens(text, reply.status, times, _whole_number(payload.get("oldest_listen_ts")))


def _json(reply: Reply) -> tuple[str, dict[str, Any]]:
    try:
        text = reply.body.decode("utf-8-sig")
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    if isinstance(content, dict):
        return text, content
    if reply.status in (400, 401, 403, 404):
        return "", {}
    raise Transient(f"an answer that is not JSON (status {reply.status})", asks_too_much=reply.status == 500)


def _raise_errors(content: dict[str, Any], reply: Reply, account: str) -> None:
    said = f"ListenBrainz answered {reply.status} ({str(content.get('error', ''))[:200] or 'without a message'})"
    if reply.status == 404:
        raise UnknownListener(f"ListenBrainz has no listener {account!r}: check the spelling")
    if reply.status in (401, 403):
        raise NotAuthorized(f"{said}: set LISTENBRAINZ_TOKEN to the token on your profile page, or unset it")
    if reply.status == 429 or reply.status >= 500:
        raise Transient(said, asks_too_much=reply.status in (500, 502, 504))
    if reply.status >= 400 or "error" in content:
        raise SourceError(
            f"{said}: this is a fault of Segue or of the server at LISTENBRAINZ_API_URL, please report it"
        )


def _listened_at(row: object) -> int:
    return _whole_number(row.get("listened_at")) if isinstance(row, dict) else 0


def _whole_number(written: object) -> int:
    """A number written as a number or as text, cut to 12 digits; 0 for anything else."""
    text = str(written)[:12]
    return int(text) if text.isdecimal() else 0
