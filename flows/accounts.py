"""Whose plays to fetch, and where: `rj`, `listenbrainz:rob`, or `listenbrainz:rob=rj` for a listener called rj."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flows.sources.play_source import Landing, PlaySource, Progress

LASTFM, LISTENBRAINZ = "lastfm", "listenbrainz"


@dataclass(frozen=True)
class Account:
    """An account at a service, and the listener to whom its plays belong."""

    service: str
    name: str
    listener: str


def account_of(written: str) -> Account:
    """The account as a person writes it. What stands before a colon and is no service belongs to the name."""
    service, _, rest = written.strip().lower().partition(":")
    if service not in (LASTFM, LISTENBRAINZ):
        service, rest = LASTFM, written.strip().lower()
    name, _, listener = rest.partition("=")
    return Account(service, name.strip(), (listener or name).strip())


class Services:
    """All services as one source of plays, which asks the one that an account names."""

    def __init__(self, lastfm: PlaySource, listenbrainz: PlaySource) -> None:
        self._sources: Mapping[str, PlaySource] = {LASTFM: lastfm, LISTENBRAINZ: listenbrainz}

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
        """Land what is new of the account, exactly a range, or all anew. Raises `SourceError`."""
        asked = account_of(account if listener is None else f"{account}={listener}")
        source = self._sources[asked.service]
        return source.fetch_plays(
            asked.name, listener=asked.listener, since=since, until=until, now=now, full=full, progress=progress
        )
