"""Parses the answers of ListenBrainz and MusicBrainz about music: JSON, or an error."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flows.sources.errors import NotAuthorized, SourceError, Transient
from flows.sources.http import Session
from flows.sources.reply import Reply

# Statuses for an MBID that was merged or never existed; MusicBrainz answers 400 if it is no MBID.
UNKNOWN = (400, 404)
MBID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Answer:
    """One answer as it was sent, and its content; None if the service does not know the subject."""

    body: str
    status: int
    content: object


def is_mbid(text: str) -> bool:
    """Whether the text has the form of an MBID; in a file's column for MBIDs there may be anything."""
    return bool(MBID.fullmatch(text))


def asked(
    session: Session, path: str, query: Mapping[str, str], kind: type, before_attempt: Callable[[], None]
) -> Answer:
    """The answer to a question, a list or an object as `kind` says. Raises `SourceError`."""
    return session.get(path, query, lambda reply: _answer(reply, session.host, kind), before_attempt=before_attempt)


def _answer(reply: Reply, host: str, kind: type) -> Answer:
    """Raises `Transient` if the fault may pass, such as MusicBrainz's 503 for too many calls."""
    if reply.status in UNKNOWN:
        return Answer(reply.body.decode("utf-8", "replace"), reply.status, None)
    if reply.status in (401, 403):
        raise NotAuthorized(f"{host} answered {reply.status}: it requires a login or blocks your IP address")
    if reply.status == 429 or reply.status >= 500:
        raise Transient(f"it answered {reply.status}")
    try:
        text = reply.body.decode("utf-8-sig")
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise Transient(f"an answer that is not JSON (status {reply.status})") from None
    if reply.status >= 300:
        raise SourceError(f"{host} answered {reply.status}: check the address in the settings")
    if not isinstance(content, kind):
        raise Transient("an answer of an unexpected kind")
    return Answer(text, reply.status, content)
