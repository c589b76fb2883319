"""Parses Last.fm's answers into typed values; the body is judged before the status."""

import json
from dataclasses import dataclass

from flows.sources.errors import MethodWithdrawn, NotAuthorized, PrivateListener, SourceError, Transient, WrongKey
from flows.sources.reply import Reply

# Backend failed (8), offline (11), temporarily unavailable (16), rate limit (29).
PASSING_CODES = {8, 11, 16, 29}
BACKEND_FAILED = 8
NOT_FOUND = 6
# Part of the message if error 6 means a bad parameter: "Invalid parameters", "page param out of bounds".
BAD_PARAMETER = "param"
OUR_FAULT = "this is a fault of Segue or of the server at LASTFM_API_URL, please report it"
# The busiest accounts have some 5 million plays; a server that claims more would keep us reading for days.
MOST_PLAYS = 20_000_000


class NotFound(SourceError):
    """Error 6: no such listener, a bad parameter, or a passing fault; only a second call shows which."""


@dataclass(frozen=True)
class RecentTracks:
    """One valid page of plays: the body as it was sent, and the values needed for reading on."""

    body: str
    status: int
    total: int
    per_page: int
    rows: int
    newest: int | None


def judged(reply: Reply) -> tuple[str, dict[str, object]]:
    """The body as text (without a byte order mark) and as JSON. Raises `Transient` or what the error code means."""
    text, content = _json(reply)
    _raise_errors(content, reply)
    return text, content


def fact(reply: Reply) -> tuple[str, dict[str, object] | None]:
    """Like `judged`, for a question about music: there error 6 means that nothing is known; the content is then None.

    It is believed at once: it is common for music (thousands of a history's artists), and was seen to be spurious
    only for listeners.
    """
    text, content = _json(reply)
    if _whole_number(content.get("error")) == NOT_FOUND:
        if BAD_PARAMETER in _message(content).lower():
            raise SourceError(f"{_said(content)}: {OUR_FAULT}")
        return text, None
    _raise_errors(content, reply)
    return text, content


def recent_tracks(reply: Reply, listener: str) -> RecentTracks:
    """The reply as a page of this listener's plays. Raises `Transient`: other listeners' pages have come with 200."""
    text, content = judged(reply)
    tracks = content.get("recenttracks")
    attributes = tracks.get("@attr") if isinstance(tracks, dict) else None
    if not isinstance(tracks, dict) or not isinstance(attributes, dict):
        raise malformed(reply, "without recenttracks")
    if str(attributes.get("user", "")).lower() != listener:
        raise Transient("a page of another listener")
    plays = _plays(tracks.get("track"))
    times = [time for time in map(_played_at, plays) if time > 0]
    return RecentTracks(
        body=text,
        status=reply.status,
        total=_total(attributes, reply),
        per_page=_whole_number(attributes.get("perPage")),
        rows=len(plays),
        newest=max(times, default=None),
    )


def listener_info(reply: Reply) -> dict[str, object]:
    """The reply to user.getInfo as the facts of the listener."""
    _, content = judged(reply)
    user = content.get("user")
    if not isinstance(user, dict):
        raise malformed(reply, "without user")
    return user


def malformed(reply: Reply, how: str) -> Transient:
    """The error for a body that does not answer the question, which may pass."""
    return Transient(f"an answer {how} (status {reply.status})", asks_too_much=reply.status == 500)


def _json(reply: Reply) -> tuple[str, dict[str, object]]:
    try:
        text = reply.body.decode("utf-8-sig")
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise malformed(reply, "that is not JSON" if reply.body.strip() else "without content")
    return text, content


def _raise_errors(content: dict[str, object], reply: Reply) -> None:
    if "error" in content:
        raise _meaning(content, reply.status)
    if reply.status >= 400:
        raise malformed(reply, "without an error code")


def _message(content: dict[str, object]) -> str:
    return str(content.get("message", ""))


def _said(content: dict[str, object]) -> str:
    return f"Last.fm answered error {content['error']} ({_message(content)[:200] or 'without a message'})"


def _meaning(content: dict[str, object], status: int) -> Exception:
    said, number = _said(content), _whole_number(content["error"])
    if number in PASSING_CODES:
        return Transient(said, asks_too_much=number == BACKEND_FAILED)
    for numbers, kind, advice in REFUSALS:
        if number in numbers:
            return kind(f"{said}: {advice}")
    if number == 0 or status == 429 or status >= 500:
        return Transient(said, asks_too_much=status == 500)
    return SourceError(f"{said}: {OUR_FAULT}")


REFUSALS: tuple[tuple[set[int], type[SourceError], str], ...] = (
    ({NOT_FOUND}, NotFound, "check the listener's name"),
    ({10}, WrongKey, "the API key is not valid, set LASTFM_API_KEY to one from https://www.last.fm/api/account/create"),
    ({26}, WrongKey, "the API key is suspended, set LASTFM_API_KEY to another one"),
    (
        {17},
        PrivateListener,
        "the listener's plays are private, turn off 'Hide recent listening information' in Last.fm's privacy settings",
    ),
    ({4, 9}, NotAuthorized, "the method needs a login, check what the key in LASTFM_API_KEY is allowed to do"),
    ({27}, MethodWithdrawn, "the method was withdrawn, update Segue"),
)


def _total(attributes: dict[str, object], reply: Reply) -> int:
    """The number of plays in the range, which comes as a string or as a number."""
    if not str(attributes.get("total")).isdecimal():
        raise malformed(reply, "without a total")
    total = _whole_number(attributes["total"])
    if total > MOST_PLAYS:
        raise SourceError(f"the server claims {total} plays, more than anyone has: check LASTFM_API_URL")
    return total


def _plays(track: object) -> list[object]:
    """The rows that are plays, without the track playing now. One row comes as an object, none as [], "" or missing."""
    rows = track if isinstance(track, list) else [track] if track else []
    return [row for row in rows if not _is_now_playing(row)]


def _is_now_playing(row: object) -> bool:
    attributes = row.get("@attr") if isinstance(row, dict) else None
    return isinstance(attributes, dict) and str(attributes.get("nowplaying")).lower() == "true"


def _played_at(row: object) -> int:
    """The second at which a row was played; 0 if it has none (such a row is refused in a later step)."""
    date = row.get("date") if isinstance(row, dict) else None
    return _whole_number(date.get("uts")) if isinstance(date, dict) else 0


def _whole_number(written: object) -> int:
    """A number written as a number or as text, cut to 12 digits; 0 for anything else."""
    text = str(written)[:12]
    return int(text) if text.isdecimal() else 0
