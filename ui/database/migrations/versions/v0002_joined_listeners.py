"""Adds the listeners who may be shown to each other."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table, empty."""
    op.create_table(
        "joined_listeners",
        sa.Column("username", sa.String(100), primary_key=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("joined_listeners")
