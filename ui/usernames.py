"""How a listener's name is kept everywhere, however it was typed."""


def kept(username: str) -> str:
    """Trimmed and lower-cased, as the lake keeps it."""
    return username.strip().lower()
