"""MusicBrainz as a source of facts: artists and their tags, tracks of albums, recordings with a tag. No key."""

import re
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.landing import CatalogueAnswer, land_answer
from flows.sources.answered import Answered, CallCount
from flows.sources.errors import SourceError
from flows.sources.http import Session
from flows.sources.lastfm_catalogue import subject_of
from flows.sources.metabrainz import Answer, asked, is_mbid
from flows.sources.names import canonical, same
from flows.sources.pace import Pace
from jobs.questions import ALBUM_INFO, ARTIST_INFO, ARTIST_TAGS, MUSICBRAINZ, TAG_TRACKS, Question

METHODS = (ARTIST_INFO, ARTIST_TAGS, ALBUM_INFO, TAG_TRACKS)
ATTEMPTS = 4
JSON = {"fmt": "json"}
# Below this score, a search has found another name that only looks alike.
LEAST_SCORE = 90
ARTISTS_LOOKED_AT, RELEASES_LOOKED_AT, RECORDINGS = "5", "10", "100"
QUERY_SYNTAX = re.compile(r'([\\"])')

Count = Callable[[], None]


class MusicBrainz:
    """A MusicBrainz-compatible server (`ws/2`) as a source of facts; thread-safe."""

    def __init__(
        self,
        *,
        url: str,
        pace: Pace,
        bronze: Path,
        attempts: int = ATTEMPTS,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = Session(
            url, set_by="MUSICBRAINZ_API_URL", pace=pace, attempts=attempts, sleep=sleep, clock=clock
        )
        self._bronze = bronze
        self._found: dict[str, tuple[str, Answer]] = {}
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"MusicBrainz({self._session.host})"

    def answer(self, question: Question, *, now: datetime, before_attempt: Count = lambda: None) -> Answered:
        """Ask, and land the answer as of `now`; "nothing known" is an answer too. Raises `SourceError`."""
        count = CallCount(before_attempt)
        if question.method not in METHODS:
            raise SourceError(f"MusicBrainz does not support {question.method}: use another provider")
        if question.method == TAG_TRACKS:
            mbid, answer = "", self._recordings(question.tag, count)
        else:
            mbid, answer = self._about_artist(question, now, count)
        known = answer.content is not None
        path = self._land(question, mbid, answer, now, known=known)
        return Answered(question, path, known, count.calls)

    def artist_mbid(self, name: str, now: datetime, before_attempt: Count) -> str:
        """The MBID of the artist of this name, "" if there is none; lands the search's answer."""
        return self._search(name, now, before_attempt)[0]

    def _about_artist(self, question: Question, now: datetime, count: Count) -> tuple[str, Answer]:
        mbid = question.artist_mbid if is_mbid(question.artist_mbid) else ""
        if question.method == ARTIST_INFO or not mbid:
            mbid, searched = self._search(question.artist, now, count)
            # A search's answer has the artist's tags as well, which saves a call if the MBID was not known.
            if not mbid or question.method != ALBUM_INFO:
                return mbid, searched if mbid else Answer(searched.body, searched.status, None)
        if question.method == ARTIST_TAGS:
            return mbid, asked(self._session, f"artist/{mbid}", {"inc": "tags", **JSON}, dict, count)
        return mbid, self._release(question, mbid, count)

    def _search(self, name: str, now: datetime, count: Count) -> tuple[str, Answer]:
        with self._lock:
            found = self._found.get(canonical(name))
        if found is None:
            query = {"query": f'artist:"{_quoted(name)}"', "limit": ARTISTS_LOOKED_AT, **JSON}
            answer = asked(self._session, "artist", query, dict, count)
            found = _mbid_of(name, answer), answer
            self._land(Question(ARTIST_INFO, artist=name), found[0], answer, now, known=bool(found[0]))
            with self._lock:
                self._found[canonical(name)] = found
        return found

    def _release(self, question: Question, mbid: str, count: Count) -> Answer:
        """The tracks of one release of the album: of its release group if that is known, else of the best match."""
        inc = {"inc": "recordings+artist-credits", **JSON}
        if is_mbid(question.album_mbid):
            group = {"release-group": question.album_mbid, "status": "official", "limit": "1"}
            answer = asked(self._session, "release", {**group, **inc}, dict, count)
            if _rows(answer, "releases"):
                return answer
        query = {"query": f'release:"{_quoted(question.album)}" AND arid:{mbid}', "limit": RELEASES_LOOKED_AT, **JSON}
        answer = asked(self._session, "release", query, dict, count)
        named = [row for row in _rows(answer, "releases") if same(str(row.get("title", "")), question.album)]
        if not named:
            return Answer(answer.body, answer.status, None)
        return asked(self._session, f"release/{named[0].get('id')}", inc, dict, count)

    def _recordings(self, tag: str, count: Count) -> Answer:
        query = {"query": f'tag:"{_quoted(tag)}"', "limit": RECORDINGS, **JSON}
        return asked(self._session, "recording", query, dict, count)

    def _land(self, question: Question, mbid: str, answer: Answer, now: datetime, *, known: bool) -> Path:
        about = {"artist": question.artist, "album": question.album, "tag": question.tag, "artist_mbid": mbid}
        request = {name: value for name, value in about.items() if value}
        request |= {"found": "yes" if known else "no", "asked_at": now.isoformat()}
        landed = CatalogueAnswer(MUSICBRAINZ, question.method, "", request, answer.body, answer.status)
        return land_answer(landed, self._bronze, subject_of(question), fetched_at=now)


def _mbid_of(name: str, answer: Answer) -> str:
    """The MBID of the first artist found with exactly that name or alias."""
    for row in _rows(answer, "artists"):
        aliases = row.get("aliases")
        also = (
            [str(one.get("name", "")) for one in aliases if isinstance(one, dict)] if isinstance(aliases, list) else []
        )
        named = any(same(name, other) for other in (str(row.get("name", "")), *also))
        if named and _score(row) >= LEAST_SCORE and is_mbid(str(row.get("id"))):
            return str(row["id"])
    return ""


def _rows(answer: Answer, member: str) -> list[Mapping[str, Any]]:
    listed = answer.content.get(member) if isinstance(answer.content, dict) else None
    return [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []


def _score(row: Mapping[str, Any]) -> int:
    written = str(row.get("score", ""))[:3]
    return int(written) if written.isdecimal() else 0


def _quoted(name: str) -> str:
    """The name escaped for a quoted phrase of a Lucene query."""
    return QUERY_SYNTAX.sub(r"\\\1", " ".join(name.split()))
