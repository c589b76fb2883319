"""The context of one rendering of the page: the visitor, the address, and the sources of data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from ui.access import STRANGER, Caller, Need, allowed
from ui.importing import Imports
from ui.pages.address import Address
from ui.state import State
from ui.store import NothingServed, Store
from ui.usernames import kept

# Set by a script in ui/first_sight.py.
ZONE_COOKIE = "segue-zone"


@dataclass(frozen=True)
class Look:
    """The input of a view; `username` is the listener chosen, lower-case, who is also in `address`."""

    home: Path
    store: Store
    state: State
    imports: Imports
    address: Address
    username: str
    may_change: bool
    now: datetime
    zone: tzinfo = UTC


@dataclass(frozen=True)
class Visitor:
    """Who opened the page, and their time zone."""

    caller: Caller = STRANGER
    zone: tzinfo = UTC

    @classmethod
    def calling(cls, caller: Caller, headers: Mapping[str, str]) -> "Visitor":
        """The visitor who sent these headers; the zone is UTC until the page's script has set the cookie."""
        return cls(caller, _zone(headers.get("cookie", "")))


@dataclass(frozen=True)
class Sources:
    """The sources of every view's data."""

    home: Path
    store: Store
    state: State
    imports: Imports

    def look(self, address: Address, username: str | None, visitor: Visitor, now: datetime) -> Look:
        """The look at an address, for its listener, else for the one chosen, else for that with the most plays.

        Raises `NothingServed` if there is no listener.
        """
        name = kept(address.listener or username or first_listener(self.store))
        may_change = allowed(visitor.caller, Need.CHANGE_PAGE)
        whose = address.of(name)
        return Look(self.home, self.store, self.state, self.imports, whose, name, may_change, now, visitor.zone)


def _zone(cookies: str) -> tzinfo:
    try:
        kept_zone = SimpleCookie(cookies).get(ZONE_COOKIE)
        return ZoneInfo(unquote(kept_zone.value)) if kept_zone else UTC
    except (CookieError, KeyError, OSError, ValueError):
        # The cookie holds no time zone that is known on this machine.
        return UTC


def first_listener(store: Store) -> str:
    """The listener shown if none was chosen: that with the most plays, and so the most to show."""
    listeners = store.listeners()
    if not listeners:
        raise NothingServed("no listener has been published yet")
    return max(listeners, key=lambda each: each.play_count).username
