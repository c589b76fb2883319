"""The views other than the recommendations, and their actions."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from sqlalchemy.exc import DatabaseError

from ui import empty_states, toasts
from ui.pages import add, alike, explore, listening, pipeline, playlists
from ui.pages.address import Address
from ui.pages.for_you import NO_DATABASE
from ui.pages.look import Look
from ui.store import UnknownListener
from ui.version import Unavailable

VIEWS: Mapping[str, Callable[[Look], str]] = {
    "listening": listening.shown,
    "explore": explore.shown,
    "playlists": playlists.shown,
    "pipeline": pipeline.shown,
    "add": add.shown,
}

# The parameters of the view Add whose progress is followed.
LIVE = frozenset({"run", "import"})


def shown(look: Look) -> str:
    """The view in the address; if its data is missing, what is missing."""
    made = VIEWS.get(look.address.view)
    if made is None:
        return f'<div class="sg-view">{empty_states.no_such_view(look.address)}</div>'
    try:
        html = made(look)
    except UnknownListener as unknown:
        html = empty_states.unknown_listener(unknown.username, unknown.near)
    except Unavailable as unavailable:
        html = empty_states.nothing_served(str(unavailable))
    except DatabaseError:
        html = f'<p class="sg-note">{NO_DATABASE}</p>'
    return framed(look.address, html)


def framed(address: Address, html: str) -> str:
    """A view's content, or the text in its place, in the page's frame."""
    return f'<div class="sg-view" data-shows="{escape(address.view)}">{html}</div>'


def is_live(address: Address) -> bool:
    """Whether the view changes by itself while it is open."""
    return address.view == "add" and not LIVE.isdisjoint(address.asked)


def done(do: str, told: Mapping[str, Any], look: Look) -> dict[str, Any]:
    """Carry out the open view's own buttons and forms; `where` is the address to go to afterwards."""
    if do in ("add", "import", "forget"):
        toast, where = add.done(told, look)
        return {"toast": toast, "where": where}
    if do in ("join", "leave"):
        toast = alike.done(do, look)
        return {"view": shown(look), "toast": toast}
    toast = playlists.done(do, told, look) if look.address.view == "playlists" else toasts.SILENT
    where = Address(look.username, "playlists").href() if do == "delete" else ""
    return {"view": shown(look), "toast": toast, "where": where}
