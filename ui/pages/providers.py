"""When each provider was asked about music, and whose facts are stale for lack of an answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path

from ui.markup import name
from ui.view import ago, joined

# The path below the home, as in flows/providers.py.
LAST_ASKED = Path("run", "providers.json")
# How the providers spell their names.
PROPER = {"lastfm": "Last.fm", "listenbrainz": "ListenBrainz", "musicbrainz": "MusicBrainz"}


@dataclass(frozen=True)
class Provider:
    """A provider that was asked about music; `stopped` says why it did not answer, "" if it did."""

    name: str
    asked_at: datetime
    stopped: str


def last_asked(home: Path) -> tuple[Provider, ...]:
    """The providers by name; none if nobody was asked yet, or if the file is damaged."""
    try:
        content = json.loads((home / LAST_ASKED).read_text(encoding="utf-8"))
        return tuple(_provider(named, last) for named, last in sorted(content.items()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ()


def asked(home: Path, now: datetime) -> str:
    """The rows of a list, one per provider; "" if none was asked yet."""
    return "".join(_row(each, now) for each in last_asked(home))


def stale(home: Path) -> str:
    """Which providers' facts are stale, in a few words; "" if all answered."""
    silent = [PROPER.get(each.name, each.name) for each in last_asked(home) if each.stopped]
    return f"no answer from {joined(silent, 'and')}: facts are stale" if silent else ""


def _provider(named: str, last: Mapping[str, str]) -> Provider:
    return Provider(named, datetime.fromisoformat(last["asked_at"]), str(last["stopped"]))


def _row(provider: Provider, now: datetime) -> str:
    stopped = provider.stopped
    state, said = ("warn", "stale: it did not answer, earlier facts are kept") if stopped else ("good", "answered")
    why = f'<p class="sg-plays">{name(stopped)}</p>' if stopped else ""
    return (
        f'<li data-state="{state}"><b>{escape(provider.name)}</b><span>{said}</span>'
        f'<span class="sg-plays">{ago(provider.asked_at, now)}</span>{why}</li>'
    )
