"""What the listener may want to hear next, as their own words bend it."""

from dataclasses import dataclass, replace

from ui import shell
from ui.lists import Wanted
from ui.overlay import NOTHING_TOLD, Overlay
from ui.pages.look import Look
from ui.pages.said import said_list
from ui.records import Listener, Recommendation, recommendation
from ui.version import Unavailable

FIRST_LENGTH = 25


@dataclass(frozen=True)
class Listed:
    """Rows of a list; `total` there are without a limit. `liked` is None for whoever may say nothing of them."""

    rows: tuple[Recommendation, ...] = ()
    total: int = 0
    liked: frozenset[str] | None = None


def listed(look: Look, wanted: Wanted) -> Listed:
    """The list as the listener is to see it. Raises `UnknownListener`."""
    overlay, liked = told(look)
    # What is on the screen has been shown: without what was played is all that "never played" can mean here.
    unshown = replace(overlay, shown_tracks=frozenset()) if overlay else overlay
    picked = look.store.picked(look.username, wanted, unshown)
    return Listed(tuple(recommendation(row) for row in picked.rows), picked.total, liked)


def told(look: Look) -> tuple[Overlay, frozenset[str] | None]:
    """What bends the list, and what is liked; None where nothing can be said."""
    try:
        overlay = look.state.memory.overlay(look.username)
    except Unavailable:
        return NOTHING_TOLD, None
    return overlay, overlay.liked_tracks if look.may_change else None


def beside(look: Look, listener: Listener) -> str:
    """What stands beside the list: the listener's words, and their artists."""
    said = said_list(look.state.feedback.of(look.username)) if look.may_change else ""
    return said + shell.top_artist_list(listener, look.now)
