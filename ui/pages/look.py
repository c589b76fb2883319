"""One look at the page: who looks at what, and where the answers come from."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ui.access import is_own_name
from ui.pages.address import Address
from ui.state import State
from ui.store import NothingServed, Store


@dataclass(frozen=True)
class Look:
    """What a view is made from; `username` is the listener chosen, lower-case, and `address` names them too."""

    home: Path
    store: Store
    state: State
    address: Address
    username: str
    may_change: bool
    now: datetime


def may_change(state: State, client: str | None, host: str) -> bool:
    """Whether a visitor from this address, who calls this server by that name, may say, keep and add things."""
    return state.may_change(client) and is_own_name(host)


def first_listener(store: Store) -> str:
    """Who is shown where none was chosen: the longest history, which has the most to show."""
    listeners = store.listeners()
    if not listeners:
        raise NothingServed("what is published holds no listener yet")
    return max(listeners, key=lambda each: each.play_count).username
