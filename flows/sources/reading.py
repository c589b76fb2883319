"""Chooses which part of a history a fetch reads: new plays, exactly one range, or everything again."""

from datetime import UTC, datetime
from typing import Protocol

from flows.sources.play_source import Landing


class Reading(Protocol):
    """One run over one listener's history at one service; times are seconds since 1970. It raises `SourceError`."""

    def sync(self, now: int) -> None:
        """Finish what a killed run left, then read new plays."""

    def full(self, now: int) -> None:
        """Read everything, or finish a complete reading that a killed run left."""

    def backfill(self, since: int, until: int, *, has_end: bool) -> None:
        """Read exactly one range, `since` inclusive, `until` exclusive."""

    def landing(self) -> Landing:
        """What the run did."""
        ...


def read(reading: Reading, *, since: datetime | None, until: datetime | None, now: datetime, full: bool) -> Landing:
    """Read everything if `full`, exactly the range if one is given, or else new plays."""
    if full:
        reading.full(seconds(now))
    elif since is None and until is None:
        reading.sync(seconds(now))
    else:
        end = min(seconds(until or now), seconds(now))
        reading.backfill(seconds(since) if since else 0, end, has_end=until is not None)
    return reading.landing()


def seconds(moment: datetime) -> int:
    """Seconds since 1970, at least 0; a time without zone is taken as UTC."""
    return max(0, int(in_utc(moment).timestamp()))


def in_utc(moment: datetime) -> datetime:
    """The moment in UTC; a time without zone is taken as UTC."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
