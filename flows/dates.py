"""Dates and times as people write them on a command line or in a form."""

from datetime import UTC, datetime


class BadDate(Exception):
    """Text that is no date; the message has the text and how to write a date."""


def instant(name: str, text: str | None) -> datetime | None:
    """The date or time given, in UTC unless it says otherwise. Raises `BadDate`."""
    if text is None:
        return None
    try:
        given = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadDate(f"{name} is {text!r}, not a date: write it as 2024-01-31 or 2024-01-31T12:00:00Z") from None
    return given if given.tzinfo else given.replace(tzinfo=UTC)
