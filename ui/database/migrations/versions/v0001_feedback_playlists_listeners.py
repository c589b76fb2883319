"""The first schema: feedback, what was shown, playlists, tokens, added listeners, videos."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = sa.String(100)
KEY = sa.String(64)
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make every table."""
    _feedback()
    _playlists()
    _listeners()
    _videos()


def downgrade() -> None:
    """Drop every table."""
    for table in (
        *("video_quota", "videos", "added_listeners", "listener_tokens"),
        *("playlist_tracks", "playlists", "shown_tracks", "feedback_events"),
    ):
        op.drop_table(table)


def _feedback() -> None:
    op.create_table(
        "feedback_events",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("event_id", sa.String(32), nullable=False, unique=True),
        sa.Column("username", NAME, nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(8), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("track_name", sa.Text()),
        sa.Column("artist_name", sa.Text(), nullable=False),
        sa.Column("undoes", sa.String(32)),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("batch_id", sa.String(64)),
    )
    op.create_index("feedback_events_by_listener", "feedback_events", ["username", "number"])
    op.create_index("feedback_events_by_batch", "feedback_events", ["batch_id"])
    op.create_table(
        "shown_tracks",
        sa.Column("username", NAME, primary_key=True),
        sa.Column("track_key", KEY, primary_key=True),
        sa.Column("track_id", sa.Text(), nullable=False),
        sa.Column("heat", sa.Double(), nullable=False),
        sa.Column("last_shown_on", sa.Date(), nullable=False),
    )


def _playlists() -> None:
    op.create_table(
        "playlists",
        sa.Column("playlist_id", sa.String(32), primary_key=True),
        sa.Column("username", NAME, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
    )
    op.create_index("playlists_by_listener", "playlists", ["username", "created_at"])
    playlist = sa.ForeignKey("playlists.playlist_id", ondelete="CASCADE")
    op.create_table(
        "playlist_tracks",
        sa.Column("playlist_id", sa.String(32), playlist, primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("track_id", sa.Text(), nullable=False),
        sa.Column("track_name", sa.Text(), nullable=False),
        sa.Column("artist_name", sa.Text(), nullable=False),
        sa.Column("album_name", sa.Text()),
        sa.Column("duration_ms", sa.Integer()),
    )


def _listeners() -> None:
    op.create_table(
        "listener_tokens",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("username", NAME, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
    )
    op.create_index("ix_listener_tokens_username", "listener_tokens", ["username"])
    op.create_table(
        "added_listeners",
        sa.Column("username", NAME, primary_key=True),
        sa.Column("added_at", INSTANT, nullable=False),
    )


def _videos() -> None:
    op.create_table(
        "videos",
        sa.Column("track_key", KEY, primary_key=True),
        sa.Column("video_id", sa.String(32)),
        sa.Column("asked_at", INSTANT, nullable=False),
    )
    op.create_table(
        "video_quota",
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("units", sa.Integer(), nullable=False),
    )
