"""Errors of the database, in their own module so that commands that open none need not load SQLAlchemy."""


class BadDatabase(Exception):
    """An unusable database; the message says in one line why and what to do, without the password."""
