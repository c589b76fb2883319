"""The view For you: the listener's recommendations, adjusted by their feedback."""

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
    """Rows of a list; `total` is the number without a limit.

    `liked` is None if the visitor may not give feedback; `videos`: YouTube can be asked for the video itself.
    """

    rows: tuple[Recommendation, ...] = ()
    total: int = 0
    liked: frozenset[str] | None = None
    videos: bool = False


def listed(look: Look, wanted: Wanted) -> Listed:
    """The list to show to the listener. Raises `UnknownListener`."""
    overlay, liked = told(look)
    # What is on the screen counts as shown; here, "never played" must leave out only what was played.
    unshown = replace(overlay, shown_tracks=frozenset()) if overlay else overlay
    picked = look.store.picked(look.username, wanted, unshown)
    return Listed(
        tuple(recommendation(row) for row in picked.rows),
        picked.total,
        liked,
        videos=look.may_change and look.state.videos.asks,
    )


def told(look: Look) -> tuple[Overlay, frozenset[str] | None]:
    """The overlay, and the liked tracks; None for the latter if the visitor may not give feedback."""
    try:
        overlay = look.state.memory.overlay(look.username)
    except Unavailable:
        return NOTHING_TOLD, None
    return overlay, overlay.liked_tracks if look.may_change else None


def beside(look: Look, listener: Listener) -> str:
    """What is beside the list: the listener's feedback, and their top artists."""
    return _said(look) + shell.top_artist_list(listener, look.now)


def _said(look: Look) -> str:
    if not look.may_change:
        return ""
    try:
        return said_list(look.state.feedback.of(look.username))
    except DatabaseError:
        return f'<section class="sg-said"><p class="sg-note">{NO_DATABASE}</p></section>'
