"""ListenBrainz as a source of facts: similar artists, top tracks and albums. Without a key; artists by MBID."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from flows.landing import CatalogueAnswer, land_answer
from flows.sources.answered import Answered, CallCount
from flows.sources.errors import SourceError, SourceUnavailable
from flows.sources.http import Session
from flows.sources.lastfm_catalogue import subject_of
from flows.sources.listenbrainz_session import listenbrainz_session
from flows.sources.metabrainz import Answer, asked, is_mbid
from flows.sources.pace import Pace
from jobs.questions import LISTENBRAINZ, SIMILAR_ARTISTS, TOP_ALBUMS, TOP_TRACKS, Question

METHODS = (SIMILAR_ARTISTS, TOP_TRACKS, TOP_ALBUMS)
ATTEMPTS = 4
# Of the algorithms that ListenBrainz computes, the one that its own pages show.
ALGORITHM = "session_based_days_7500_session_300_contribution_5_threshold_10_limit_100_filter_True_skip_30"
PATHS = {
    TOP_TRACKS: "1/popularity/top-recordings-for-artist/{}",
    TOP_ALBUMS: "1/popularity/top-release-groups-for-artist/{}",
}

Count = Callable[[], None]
FindMbid = Callable[[str, datetime, Count], str]
"""Gives an artist's MBID by name, \"\" where there is none. Raises `SourceError`."""


class ListenBrainzCatalogue:
    """A ListenBrainz-compatible server and its labs as a source of facts; thread-safe.

    `find_mbid` is used for artists without a known MBID.
    """

    def __init__(
        self,
        *,
        url: str,
        labs_url: str,
        token: str | None,
        pace: Pace,
        bronze: Path,
        find_mbid: FindMbid,
        attempts: int = ATTEMPTS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._session = listenbrainz_session(url, token, pace, attempts=attempts, sleep=sleep)
        self._labs = Session(labs_url, set_by="LISTENBRAINZ_LABS_URL", pace=pace, attempts=attempts, sleep=sleep)
        self._bronze = bronze
        self._find_mbid = find_mbid

    def __repr__(self) -> str:
        return f"ListenBrainzCatalogue({self._session.host})"

    def answer(self, question: Question, *, now: datetime, before_attempt: Count = lambda: None) -> Answered:
        """Ask, and land the answer as of `now`; "nothing known" is an answer too. Raises `SourceError`."""
        count = CallCount(before_attempt)
        if question.method not in METHODS:
            raise SourceError(f"ListenBrainz does not support {question.method}: use another provider")
        mbid = question.artist_mbid if is_mbid(question.artist_mbid) else self._mbid(question.artist, now, count)
        # ListenBrainz cannot be asked about an artist without an MBID; this is landed as "not known".
        answer = self._asked(question.method, mbid, count) if mbid else Answer("", 404, None)
        known = answer.content is not None
        request = {"artist": question.artist, "artist_mbid": mbid if known else "", "asked_at": now.isoformat()}
        landed = CatalogueAnswer(LISTENBRAINZ, question.method, "", request, answer.body, answer.status)
        path = land_answer(landed, self._bronze, subject_of(question), fetched_at=now)
        return Answered(question, path, known, count.calls)

    def _mbid(self, artist: str, now: datetime, count: Count) -> str:
        try:
            return self._find_mbid(artist, now, count)
        except SourceUnavailable as error:
            # If MusicBrainz is down, ListenBrainz must not count as down.
            why = str(error)
        raise SourceError(f"the artist's MBID could not be determined: {why}")

    def _asked(self, method: str, mbid: str, count: Count) -> Answer:
        if method == SIMILAR_ARTISTS:
            query = {"artist_mbids": mbid, "algorithm": ALGORITHM}
            return asked(self._labs, "similar-artists/json", query, list, count)
        return asked(self._session, PATHS[method].format(quote(mbid, safe="")), {}, list, count)
