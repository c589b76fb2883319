"""GET links to where a track can be heard and read about."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel

from ui.links import Links, links
from ui.problems import documented
from ui.store import Store
from ui.youtube import Videos

TrackId = Annotated[str, Path(max_length=1000, examples=["teardrop|massive attack"])]


class TrackLinks(BaseModel):
    """Addresses at the services; `video_id` if the exact YouTube video is known; otherwise its address is a search."""

    track_id: str
    video_id: str | None
    links: Links


def add(router: APIRouter, store: Store, videos: Videos) -> None:
    """Put these routes on the router."""

    @router.get(
        "/api/v1/tracks/{track_id:path}/links",
        responses=documented(404, 422, 503),
        tags=["music"],
        summary="Where to listen to a track: YouTube, Spotify, Last.fm, MusicBrainz",
    )
    def track_links(track_id: TrackId) -> TrackLinks:
        track = store.track(track_id)
        video_id = videos.video(track.track_id, track.artist_name, track.track_name)
        found = links(track.artist_name, track.track_name, video_id)
        return TrackLinks(track_id=track.track_id, video_id=video_id, links=found)
