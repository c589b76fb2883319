"""What can be wrong with a database, apart so that a command that opens none need not load SQLAlchemy."""


class BadDatabase(Exception):
    """A database that cannot be used; one line that says why and what to do, without its password."""
