"""One look at the page: who looks at what, and where the answers come from."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ui.access import is_own_name
from ui.importing import Imports
from ui.pages.address import Address
from ui.state import State
from ui.store import NothingServed, Store
from ui.usernames import kept


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


@dataclass(frozen=True)
class Visitor:
    """Who opened the page: the address they come from, and the name by which they call this server."""

    client: str | None = None
    host: str = ""


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
        may_change = self.state.may_change(visitor.client) and is_own_name(visitor.host)
        return Look(self.home, self.store, self.state, self.imports, address.of(name), name, may_change, now)


def first_listener(store: Store) -> str:
    """Who is shown where none was chosen: the longest history, which has the most to show."""
    listeners = store.listeners()
    if not listeners:
        raise NothingServed("what is published holds no listener yet")
    return max(listeners, key=lambda each: each.play_count).username
