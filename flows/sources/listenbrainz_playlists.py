"""Creates playlists at ListenBrainz from recordings, in their order."""

import json
from collections.abc import Sequence
from uuid import UUID

from flows.sources.errors import NotAuthorized, SourceError
from flows.sources.listenbrainz_session import listenbrainz_session
from flows.sources.pace import Pace
from flows.sources.reply import Reply

# As many as ListenBrainz takes in one call.
RECORDINGS_A_CALL = 100
RECORDING = "https://musicbrainz.org/recording/"
EXTENSION = "https://musicbrainz.org/doc/jspf#playlist"
LOOK = "check your playlists there before you run it again"


class ListenBrainzPlaylists:
    """Writes to the account that the token belongs to. The token is in no repr and no error."""

    def __init__(self, *, url: str, token: str | None, pace: Pace) -> None:
        if not token:
            raise NotAuthorized("set LISTENBRAINZ_TOKEN to the token on your ListenBrainz profile page")
        # One attempt: a call without an answer may have worked, and repeated it would add everything twice.
        self._session = listenbrainz_session(url, token, pace, attempts=1)

    def __repr__(self) -> str:
        return f"ListenBrainzPlaylists({self._session.host})"

    def create(self, title: str, recordings: Sequence[str], *, public: bool = False) -> str:
        """Create a playlist from these recordings' MBIDs; return the playlist's MBID. Raises `SourceError`."""
        first, further = recordings[:RECORDINGS_A_CALL], recordings[RECORDINGS_A_CALL:]
        playlist = {"title": title, "extension": {EXTENSION: {"public": public}}, "track": _tracks(first)}
        made = self._session.post_json("1/playlist/create", {"playlist": playlist}, _made)
        for start in range(0, len(further), RECORDINGS_A_CALL):
            more = {"playlist": {"track": _tracks(further[start : start + RECORDINGS_A_CALL])}}
            self._session.post_json(f"1/playlist/{made}/item/add", more, _accepted)
        return made


def _tracks(recordings: Sequence[str]) -> list[dict[str, str]]:
    return [{"identifier": f"{RECORDING}{mbid}"} for mbid in recordings]


def _made(reply: Reply) -> str:
    """The MBID of the playlist that was made."""
    content = _accepted(reply)
    try:
        return str(UUID(str(content["playlist_mbid"])))
    except (KeyError, ValueError):
        raise SourceError(f"ListenBrainz did not say which playlist it made: {LOOK}") from None


def _accepted(reply: Reply) -> dict[str, object]:
    try:
        content = json.loads(reply.body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        content = None
    said = content.get("error") if isinstance(content, dict) else None
    answered = f"ListenBrainz answered {reply.status} ({' '.join(str(said or 'without a message').split())[:200]})"
    if reply.status in (401, 403):
        raise NotAuthorized(f"{answered}: set LISTENBRAINZ_TOKEN to the token on your profile page")
    if reply.status == 429:
        raise SourceError(f"{answered}: wait a minute; {LOOK}")
    if reply.status >= 400 or not isinstance(content, dict):
        raise SourceError(f"{answered}: {LOOK}")
    return content
