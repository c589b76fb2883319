"""Finds a track's video by the YouTube Data API, with one search per track, within a daily quota.

Without a key, without quota left, or if YouTube does not answer, a track has no video, and a search link is used.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import delete, insert, select, update

from ui.database.engine import Database
from ui.database.models import Video, VideoQuota, track_key

API = "https://www.googleapis.com/youtube/v3"
SECONDS = 5.0
# A search's cost and a project's daily quota (developers.google.com/youtube/v3/getting-started#quota).
SEARCH_UNITS = 100
DAILY_UNITS = 10_000
# The quota's day begins at midnight in this zone.
QUOTA_ZONE = ZoneInfo("America/Los_Angeles")
MUSIC = "10"
# Videos come and go; YouTube's terms allow storing its API's answers for 30 days.
KEPT_FOR = timedelta(days=30)
LONGEST_QUERY = 200
REFUSED = frozenset({400, 401, 403})

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Known:
    """What is stored for a track: the video's id, or None if YouTube has none."""

    video_id: str | None


class Videos:
    """Videos by track, stored in the app's database. Thread-safe."""

    def __init__(
        self,
        database: Database,
        key: str | None,
        *,
        api: str = API,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._key = key
        self._api = api.rstrip("/")
        self._now = now
        self._refused_on: date | None = None

    @property
    def asks(self) -> bool:
        """Whether YouTube can be asked at all."""
        return self._key is not None

    def __repr__(self) -> str:
        return f"Videos({self._api})"

    def video(self, track_id: str, artist_name: str, track_name: str) -> str | None:
        """The id of the track's video, as stored or from a search now; None if there is none."""
        known = self.kept(track_id)
        if known is not None:
            return known.video_id
        today = self._now().astimezone(QUOTA_ZONE).date()
        if self._key is None or self._refused_on == today or not self._spent(today):
            return None
        try:
            video_id = self._asked(f"{artist_name} {track_name}")
        except httpx.HTTPStatusError as error:
            if error.response.status_code in REFUSED:
                self._refused_on = today
            log.warning("YouTube answered %d: search links stand in", error.response.status_code)
            return None
        except (httpx.HTTPError, ValueError) as error:
            log.warning("YouTube did not answer (%s): search links stand in", type(error).__name__)
            return None
        self._keep(track_id, video_id)
        return video_id

    def kept(self, track_id: str) -> Known | None:
        """What is stored for the track, without a search; None if nothing is."""
        asked_since = self._now() - KEPT_FOR
        asked = select(Video.video_id).where(Video.track_key == track_key(track_id), Video.asked_at > asked_since)
        with self._database.reading() as session:
            found = session.execute(asked).one_or_none()
        return None if found is None else Known(found.video_id)

    def _spent(self, today: date) -> bool:
        """Take a search off the day's quota; False if none is left. Even a failed search may have cost quota."""
        with self._database.writing() as session:
            units = session.scalar(select(VideoQuota.units).where(VideoQuota.day == today).with_for_update())
            if units is None:
                session.execute(insert(VideoQuota), {"day": today, "units": SEARCH_UNITS})
                return True
            if units + SEARCH_UNITS > DAILY_UNITS:
                return False
            spent = VideoQuota.units + SEARCH_UNITS
            session.execute(update(VideoQuota).where(VideoQuota.day == today).values(units=spent))
            return True

    def _asked(self, words: str) -> str | None:
        query = " ".join(words.split())[:LONGEST_QUERY]
        asked = {"part": "id", "type": "video", "videoCategoryId": MUSIC, "maxResults": "1", "q": query}
        # The key is in a header and not in the URL, which servers and exceptions often log.
        answer = httpx.get(
            f"{self._api}/search", params=asked, headers={"X-Goog-Api-Key": self._key or ""}, timeout=SECONDS
        )
        answer.raise_for_status()
        return _first_video(answer.json())

    def _keep(self, track_id: str, video_id: str | None) -> None:
        key = track_key(track_id)
        with self._database.writing() as session:
            session.execute(delete(Video).where(Video.track_key == key))
            session.execute(insert(Video), {"track_key": key, "video_id": video_id, "asked_at": self._now()})


def _first_video(answer: Any) -> str | None:
    """The id in YouTube's answer, None if it found nothing; raises `ValueError` for any other answer."""
    try:
        items = answer["items"]
        video_id = items[0]["id"]["videoId"] if items else None
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise ValueError("not an answer to a search") from error
    if video_id is not None and not (isinstance(video_id, str) and 0 < len(video_id) <= 32):
        raise ValueError("not the id of a video")
    return video_id
