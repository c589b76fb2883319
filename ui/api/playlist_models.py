"""The API's models of playlists and their tracks."""

from datetime import datetime
from functools import reduce
from typing import Annotated

from pydantic import BaseModel, Field

from ui.api.asked import AskedList
from ui.api.feedback import Name
from ui.playlist_edits import appended, removed, reordered, replaced
from ui.playlists import LONGEST_TITLE, MOST_TRACKS, Edit, ListedTrack, PlaylistSummary

Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE, pattern=r"^[^\x00]+$", examples=["Late night"])]


class TrackOfList(BaseModel):
    """A track, with its id from recommendations and the names for display."""

    track_id: Name = Field(examples=["teardrop|massive attack"])
    track_name: Name = Field(examples=["Teardrop"])
    artist_name: Name = Field(examples=["Massive Attack"])
    album_name: Name | None = Field(None, examples=["Mezzanine"])
    duration_ms: Annotated[int, Field(ge=0, le=86_400_000)] | None = None

    def listed(self) -> ListedTrack:
        """The track as one of a list."""
        return ListedTrack(**self.model_dump())


Tracks = Annotated[list[TrackOfList], Field(max_length=MOST_TRACKS)]


class NewPlaylist(BaseModel):
    """A name, and either tracks or which recommendations to save; with neither, the playlist is empty."""

    name: Title
    tracks: Tracks | None = None
    recommendations: AskedList | None = None


class PlaylistChange(BaseModel):
    """A new name, new tracks, or both; edits are made in the order of these fields, positions count from 0."""

    name: Title | None = None
    tracks: Tracks | None = Field(None, description="Replace all tracks with these.")
    remove: Annotated[int, Field(ge=0)] | None = Field(None, description="Remove the track at this position.")
    append: Tracks | None = Field(None, description="Add these at the end, except those already in the playlist.")
    order: Annotated[list[int], Field(max_length=MOST_TRACKS)] | None = Field(
        None, description="The current positions, in their new order."
    )

    def edit(self) -> Edit:
        """All changes of tracks as one edit."""
        edits: list[Edit] = []
        if self.tracks is not None:
            edits.append(replaced([track.listed() for track in self.tracks]))
        if self.remove is not None:
            edits.append(removed(self.remove))
        if self.append is not None:
            edits.append(appended([track.listed() for track in self.append]))
        if self.order is not None:
            edits.append(reordered(self.order))
        return lambda before: reduce(lambda tracks, edit: edit(tracks), edits, before)


class OnePlaylist(BaseModel):
    """A playlist with its tracks, in order."""

    playlist_id: str
    username: str
    name: str
    created_at: datetime
    changed_at: datetime
    tracks: list[TrackOfList]


class EveryPlaylist(BaseModel):
    """A listener's playlists, most recently changed first."""

    username: str
    playlists: list[PlaylistSummary]
