"""Brings a database's tables to this Segue's schema, with Alembic."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

# The newest file of migrations/versions. Known here, so that an app whose database is current need not load Alembic.
HEAD = "0002"


def is_current(connection: Connection) -> bool:
    """Whether nothing is to be done."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD


def migrate(connection: Connection) -> None:
    """Take every step that the database has not taken, within the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
