"""What every service of plays offers: the new plays of an account, landed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class Landing:
    """What one fetch did for one listener. `newest` is the newest play that the source showed, ISO in UTC, or ""."""

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
    """How far the reading of one window has come: `page` of `pages` are landed."""

    listener: str
    window: str
    page: int
    pages: int


class PlaySource(Protocol):
    """A service, or several: `account` names whose plays to fetch."""

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
        """Land what is new, exactly the range from `since` to `until`, or all anew, `full`, as the listener's.

        Raises `SourceError`.
        """
        ...
