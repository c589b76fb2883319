"""What the listener may want to hear next, as their own words bend it."""

from dataclasses import dataclass, replace

from sqlalchemy.exc import DatabaseError

from ui import shell
from ui.lists import Wanted
from ui.overlay import NOTHING_TOLD, Overlay
from ui.pages.look import Look
from ui.pages.said import said_list
from ui.records import Listener, Recommendation, recommendation
from ui.version import Unavailable

FIRST_LENGTH = 25
NO_DATABASE = "Your feedback and playlists cannot be read now: check the app's database."


@dataclass(frozen=True)
class Listed:
    """Rows of a list; `total` there are without a limit.

    `liked` is None for whoever may say nothing of them; `videos` says that YouTube can be asked for the very video.
    """

    rows: tuple[Recommendation, ...] = ()
    total: int = 0
    liked: frozenset[str] | None = None
    videos: bool = False


def listed(look: Look, wanted: Wanted) -> Listed:
    """The list as the listener is to see it. Raises `UnknownListener`."""
    overlay, liked = told(look)
    # What is on the screen has been shown: without what was played is all that "never played" can mean here.
    unshown = replace(overlay, shown_tracks=frozenset()) if overlay else overlay
    picked = look.store.picked(look.username, wanted, unshown)
    return Listed(
        tuple(recommendation(row) for row in picked.rows),
        picked.total,
        liked,
        videos=look.may_change and look.state.videos.asks,
    )


def told(look: Look) -> tuple[Overlay, frozenset[str] | None]:
    """What bends the list, and what is liked; None where nothing can be said."""
    try:
        overlay = look.state.memory.overlay(look.username)
    except Unavailable:
        return NOTHING_TOLD, None
    return overlay, overlay.liked_tracks if look.may_change else None


def beside(look: Look, listener: Listener) -> str:
    """What stands beside the list: the listener's words, and their artists."""
    return _said(look) + shell.top_artist_list(listener, look.now)


def _said(look: Look) -> str:
    if not look.may_change:
        return ""
    try:
        return said_list(look.state.feedback.of(look.username))
    except DatabaseError:
        return f'<section class="sg-said"><p class="sg-note">{NO_DATABASE}</p></section>'
