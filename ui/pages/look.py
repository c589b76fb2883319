"""One look at the page: who looks at what, and where the answers come from."""

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

# Kept by a script in ui/first_sight.py.
ZONE_COOKIE = "segue-zone"


@dataclass(frozen=True)
class Look:
    """What a view is made from; `username` is the listener chosen, lower-case, and `address` names them too."""

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
    """Who opened the page, and the time zone they live in."""

    caller: Caller = STRANGER
    zone: tzinfo = UTC

    @classmethod
    def calling(cls, caller: Caller, headers: Mapping[str, str]) -> "Visitor":
        """Who sends these headers; the zone is UTC until the page's script has kept another as a cookie."""
        return cls(caller, _zone(headers.get("cookie", "")))


@dataclass(frozen=True)
class Sources:
    """Where every view's answers come from."""

    home: Path
    store: Store
    state: State
    imports: Imports

    def look(self, address: Address, username: str | None, visitor: Visitor, now: datetime) -> Look:
        """A look at an address; where it names nobody at the listener chosen, and else at the longest history.

        Raises `NothingServed` where there is nobody to look at.
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
        # Whatever stands there, it names no zone that this machine knows.
        return UTC


def first_listener(store: Store) -> str:
    """Who is shown where none was chosen: the longest history, which has the most to show."""
    listeners = store.listeners()
    if not listeners:
        raise NothingServed("what is published holds no listener yet")
    return max(listeners, key=lambda each: each.play_count).username
