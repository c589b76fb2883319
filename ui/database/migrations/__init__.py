"""Alembic's migrations of the app's database."""
