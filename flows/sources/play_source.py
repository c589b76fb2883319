"""The interface of every service of plays: it lands an account's new plays."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Landing:
    """Result of one fetch for one listener. `newest` is the time of the newest play seen, ISO in UTC, or ""."""

    listener: str
    new_pages: int
    pages: int
    plays: int
    calls: int
    newest: str
    reading: Path | None = None
    """Where the pages of a complete reading lie, where one was asked for."""


@dataclass(frozen=True)
class Progress:
    """Progress of reading one window: `page` of `pages` are landed."""

    listener: str
    window: str
    page: int
    pages: int


class PlaySource(Protocol):
    """A service, or several as one; `account` is the account whose plays to fetch."""

    def fetch_plays(
        self,
        account: str,
        /,
        *,
        listener: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        now: datetime,
        full: bool = False,
        progress: Callable[[Progress], None] = lambda _: None,
    ) -> Landing:
        """Land new plays, exactly those from `since` to `until`, or with `full` all again, as the listener's.

        Raises `SourceError`.
        """
        ...
