"""Migrates a database to the present schema, with Alembic."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

# The newest revision in migrations/versions. Kept here, so that Alembic is not loaded if the database is current.
HEAD = "0002"


def is_current(connection: Connection) -> bool:
    """Whether the database has the newest revision."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD


def migrate(connection: Connection) -> None:
    """Apply all migrations that the database lacks, within the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
