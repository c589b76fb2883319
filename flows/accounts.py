"""Whose plays to fetch, and where: `rj`, `listenbrainz:rob`, or `listenbrainz:rob=rj` for a listener called rj."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flows.renamed import NOBODY, Names, account_name
from flows.sources.play_source import Landing, PlaySource, Progress

LASTFM, LISTENBRAINZ = "lastfm", "listenbrainz"


@dataclass(frozen=True)
class Account:
    """An account at a service, and the listener to whom its plays belong."""

    service: str
    name: str
    listener: str


def account_of(written: str, names: Names = NOBODY) -> Account:
    """Parse an account as a person writes it. A prefix before a colon that is no service belongs to the name.

    `names` are listeners' former names, which their accounts at services still have.
    """
    service, _, rest = written.strip().lower().partition(":")
    if service not in (LASTFM, LISTENBRAINZ):
        service, rest = LASTFM, written.strip().lower()
    name, _, listener = (part.strip() for part in rest.partition("="))
    whose = listener or name
    account = name if listener else account_name(names, service, name)
    return Account(service, account, names[whose].listener if whose in names else whose)


class Services:
    """All services as one source of plays, which asks the service named in the account."""

    def __init__(self, lastfm: PlaySource, listenbrainz: PlaySource, names: Names = NOBODY) -> None:
        self._names = names
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
        """Land the account's new plays, exactly one range, or, if `full`, all plays again. Raises `SourceError`."""
        asked = account_of(account if listener is None else f"{account}={listener}", self._names)
        source = self._sources[asked.service]
        return source.fetch_plays(
            asked.name, listener=asked.listener, since=since, until=until, now=now, full=full, progress=progress
        )
