"""Alembic's environment: runs the migrations within the transaction that the caller began."""

from alembic import context

from ui.database.models import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
context.run_migrations()
