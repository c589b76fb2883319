"""Normalises listeners' names to the form in which they are stored everywhere."""


def kept(username: str) -> str:
    """The name trimmed and lower-cased, as in the lake."""
    return username.strip().lower()
