"""The tables of the app's database."""

import hashlib
from datetime import UTC, date, datetime

from sqlalchemy import BigInteger, DateTime, Dialect, Double, ForeignKey, Index, Integer, String, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

LONGEST_NAME = 100
# SQLite numbers rows by itself only if the key's type is INTEGER.
Number = BigInteger().with_variant(Integer(), "sqlite")


class Utc(TypeDecorator[datetime]):
    """An instant, stored in UTC; SQLite has no zones and returns it without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base class of all tables."""


def track_key(track_id: str) -> str:
    """sha256 of a track's id: names can be longer than PostgreSQL allows in an index (2,700 bytes)."""
    return hashlib.sha256(track_id.encode()).hexdigest()


class FeedbackEvent(Base):
    """A verdict that a listener gave, or the undoing of one; never edited. `batch_id` is the landed page with it."""

    __tablename__ = "feedback_events"
    __table_args__ = (
        Index("feedback_events_by_listener", "username", "number"),
        Index("feedback_events_by_batch", "batch_id"),
    )

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=True)
    event_id: Mapped[str] = mapped_column(String(32), unique=True)
    username: Mapped[str] = mapped_column(String(LONGEST_NAME))
    verdict: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(8))
    subject_id: Mapped[str] = mapped_column(Text)
    track_name: Mapped[str | None] = mapped_column(Text)
    artist_name: Mapped[str] = mapped_column(Text)
    undoes: Mapped[str | None] = mapped_column(String(32))
    given_at: Mapped[datetime] = mapped_column(Utc())
    batch_id: Mapped[str | None] = mapped_column(String(64))


class ShownTrack(Base):
    """A track that was shown to a listener: when last, and its heat after that (ui/shown.py)."""

    __tablename__ = "shown_tracks"

    username: Mapped[str] = mapped_column(String(LONGEST_NAME), primary_key=True)
    track_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    track_id: Mapped[str] = mapped_column(Text)
    heat: Mapped[float] = mapped_column(Double())
    last_shown_on: Mapped[date]


class Playlist(Base):
    """A listener's list of tracks, in their order."""

    __tablename__ = "playlists"
    __table_args__ = (Index("playlists_by_listener", "username", "created_at"),)

    playlist_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    username: Mapped[str] = mapped_column(String(LONGEST_NAME))
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Utc())
    changed_at: Mapped[datetime] = mapped_column(Utc())
    tracks: Mapped[list["PlaylistTrack"]] = relationship(
        order_by="PlaylistTrack.position", cascade="all, delete-orphan", passive_deletes=True
    )


class PlaylistTrack(Base):
    """A track of a playlist; positions count from 0."""

    __tablename__ = "playlist_tracks"

    playlist_id: Mapped[str] = mapped_column(ForeignKey(Playlist.playlist_id, ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    track_id: Mapped[str] = mapped_column(Text)
    track_name: Mapped[str] = mapped_column(Text)
    artist_name: Mapped[str] = mapped_column(Text)
    album_name: Mapped[str | None] = mapped_column(Text)
    duration_ms: Mapped[int | None]


class ListenerToken(Base):
    """A listener's token, stored only as sha256."""

    __tablename__ = "listener_tokens"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    username: Mapped[str] = mapped_column(String(LONGEST_NAME), index=True)
    made_at: Mapped[datetime] = mapped_column(Utc())


class AddedListener(Base):
    """A listener whose plays are fetched because they were added in the app."""

    __tablename__ = "added_listeners"

    username: Mapped[str] = mapped_column(String(LONGEST_NAME), primary_key=True)
    added_at: Mapped[datetime] = mapped_column(Utc())


class JoinedListener(Base):
    """A listener who may be shown to others who joined as well."""

    __tablename__ = "joined_listeners"

    username: Mapped[str] = mapped_column(String(LONGEST_NAME), primary_key=True)
    joined_at: Mapped[datetime] = mapped_column(Utc())


class Video(Base):
    """What YouTube found for a track; no id if it found nothing."""

    __tablename__ = "videos"

    track_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    video_id: Mapped[str | None] = mapped_column(String(32))
    asked_at: Mapped[datetime] = mapped_column(Utc())


class VideoQuota(Base):
    """How much of a day's quota was used; YouTube's days are in Pacific time."""

    __tablename__ = "video_quota"

    day: Mapped[date] = mapped_column(primary_key=True)
    units: Mapped[int]
