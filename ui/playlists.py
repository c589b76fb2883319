"""Listeners' playlists: made from any list of tracks, kept until they are deleted."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ui.database.engine import Database
from ui.database.models import Playlist, PlaylistTrack
from ui.usernames import kept

MOST_TRACKS = 1000
MOST_PLAYLISTS = 500
LONGEST_TITLE = 300
UNTITLED = "Untitled"


@dataclass(frozen=True)
class ListedTrack:
    """A track in a list."""

    track_id: str
    track_name: str
    artist_name: str
    album_name: str | None = None
    duration_ms: int | None = None


Edit = Callable[[Sequence[ListedTrack]], Sequence[ListedTrack]]


@dataclass(frozen=True)
class PlaylistSummary:
    """A playlist as one line of a list."""

    playlist_id: str
    name: str
    track_count: int
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class FullPlaylist:
    """A playlist with its tracks, in order."""

    playlist_id: str
    username: str
    name: str
    created_at: datetime
    changed_at: datetime
    tracks: tuple[ListedTrack, ...]


class UnknownPlaylist(Exception):
    """The listener has no playlist with this id."""

    def __init__(self, playlist_id: str) -> None:
        super().__init__(f"this listener has no playlist {playlist_id[:40]!r}")


class BadPlaylist(ValueError):
    """An invalid playlist or edit; the message says why."""


class Playlists:
    """All listeners' playlists. Each is visible only under its own listener, and unknown to others."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, username: str) -> tuple[PlaylistSummary, ...]:
        """The listener's playlists, the last changed first."""
        tracks = select(func.count()).where(PlaylistTrack.playlist_id == Playlist.playlist_id).scalar_subquery()
        columns = (Playlist.playlist_id, Playlist.name, tracks, Playlist.created_at, Playlist.changed_at)
        asked = select(*columns).where(Playlist.username == kept(username))
        with self._database.reading() as session:
            rows = session.execute(asked.order_by(Playlist.changed_at.desc(), Playlist.playlist_id)).all()
        return tuple(PlaylistSummary(*row) for row in rows)

    def get(self, username: str, playlist_id: str) -> FullPlaylist:
        """One playlist; raises `UnknownPlaylist`."""
        with self._database.reading() as session:
            return _full(_found(session, username, playlist_id))

    def create(
        self, username: str, name: str, tracks: Sequence[ListedTrack] = (), now: datetime | None = None
    ) -> FullPlaylist:
        """Store these tracks under a name; raises `BadPlaylist`."""
        moment = now or datetime.now(UTC)
        playlist = Playlist(
            playlist_id=secrets.token_hex(16),
            username=kept(username),
            name=_title(name),
            created_at=moment,
            changed_at=moment,
            tracks=_places(tracks),
        )
        with self._database.writing() as session:
            _check_room(session, playlist.username)
            session.add(playlist)
            return _full(playlist)

    def change(
        self,
        username: str,
        playlist_id: str,
        *,
        name: str | None = None,
        edit: Edit | None = None,
        now: datetime | None = None,
    ) -> FullPlaylist:
        """Rename a playlist, edit its tracks (ui/playlist_edits.py), or both.

        Raises `UnknownPlaylist`, `BadPlaylist`; nothing is changed then.
        """
        with self._database.writing() as session:
            playlist = _found(session, username, playlist_id, to_change=True)
            if name is not None:
                playlist.name = _title(name)
            if edit is not None:
                playlist.tracks = _places(edit(_full(playlist).tracks))
            playlist.changed_at = now or datetime.now(UTC)
            return _full(playlist)

    def delete(self, username: str, playlist_id: str) -> None:
        """Delete a playlist; raises `UnknownPlaylist`."""
        with self._database.writing() as session:
            session.delete(_found(session, username, playlist_id, to_change=True))


def _title(name: str) -> str:
    title = " ".join(name.split()) or UNTITLED
    if len(title) > LONGEST_TITLE:
        raise BadPlaylist(f"a playlist's name has at most {LONGEST_TITLE} characters")
    return title


def _places(tracks: Sequence[ListedTrack]) -> list[PlaylistTrack]:
    if len(tracks) > MOST_TRACKS:
        raise BadPlaylist(f"a playlist has at most {MOST_TRACKS} tracks, this one would have {len(tracks)}")
    return [
        PlaylistTrack(
            position=position,
            track_id=track.track_id,
            track_name=track.track_name,
            artist_name=track.artist_name,
            album_name=track.album_name,
            duration_ms=track.duration_ms,
        )
        for position, track in enumerate(tracks)
    ]


def _check_room(session: Session, owner: str) -> None:
    count = session.scalar(select(func.count()).select_from(Playlist).where(Playlist.username == owner))
    if (count or 0) >= MOST_PLAYLISTS:
        raise BadPlaylist(f"a listener has at most {MOST_PLAYLISTS} playlists: delete one first")


def _found(session: Session, username: str, playlist_id: str, *, to_change: bool = False) -> Playlist:
    """The listener's playlist; locked until the end of the transaction if it is to be changed."""
    asked = select(Playlist).where(Playlist.playlist_id == playlist_id, Playlist.username == kept(username))
    found = session.scalars(asked.with_for_update() if to_change else asked).one_or_none()
    if found is None:
        raise UnknownPlaylist(playlist_id)
    return found


def _full(playlist: Playlist) -> FullPlaylist:
    tracks = tuple(
        ListedTrack(each.track_id, each.track_name, each.artist_name, each.album_name, each.duration_ms)
        for each in playlist.tracks
    )
    times = (playlist.created_at, playlist.changed_at)
    return FullPlaylist(playlist.playlist_id, playlist.username, playlist.name, *times, tracks)
