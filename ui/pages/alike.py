"""The panel Listeners alike: similar listeners who joined, similar people of the community, joining and leaving."""

from collections.abc import Sequence

from sqlalchemy.exc import DatabaseError

from ui import toasts
from ui.alike import Alike, Near, NearListener, WeighedArtist, alike
from ui.markup import name
from ui.pages.look import Look
from ui.view import counted, joined

ARTISTS = 5
UNASKED = "Listeners see each other only if both have joined. If you join, you see who plays alike, and they see you."
NOBODY = "The last build found no similar listener among those who joined."


def panel(look: Look) -> str:
    """The panel; empty if the app's database cannot be read, or if there is nothing to see or do."""
    try:
        found = alike(look.store, look.state.joined.names(), look.username)
    except DatabaseError:
        return ""
    if not (found.joined or look.may_change):
        return ""
    button = _button(joined_already=found.joined) if look.may_change else ""
    about = "Among those who joined" if found.joined else UNASKED
    return (
        f'<section class="sg-panel sg-alike"><header><h3>Listeners alike</h3><p>{about}</p></header>'
        f"{rows(found) if found.joined else ''}{button}</section>"
    )


def done(do: str, look: Look) -> str:
    """Join or leave; returns a toast."""
    whose = look.store.listener(look.username).username
    if do == "join":
        look.state.joined.join(whose)
        return toasts.toast(
            f"Joined: the next build finds listeners similar to {name(whose)}", toasts.button("leave", "Undo")
        )
    look.state.joined.leave(whose)
    return toasts.toast(f"{name(whose)} is no longer shown to anyone", toasts.button("join", "Undo"))


def rows(found: Alike) -> str:
    """A row for each similar listener, and one for people of the community; or a note that there are none."""
    near = [_listener(each) for each in found.listeners]
    near += [_community(found.community)] if found.community else []
    return f'<ol class="sg-forgotten">{"".join(near)}</ol>' if near else f'<p class="sg-note">{NOBODY}</p>'


def _listener(near: NearListener) -> str:
    told = (("You both play", near.common), ("Only they play", near.theirs), ("Only you play", near.own))
    said = "".join(_said(what, artists) for what, artists in told)
    return f'<li><p>{name(near.username)}</p><p class="sg-plays">{near.similarity:.0%} alike</p>{said}</li>'


def _community(near: Near) -> str:
    return (
        f"<li><p><bdi>{counted(near.people, 'anonymous listener')}</bdi></p>"
        f'<p class="sg-plays">{near.similarity:.0%} alike on average</p>'
        f"{_said('They share with you', near.common)}{_said('They keep returning to', near.theirs)}</li>"
    )


def _said(what: str, artists: Sequence[WeighedArtist]) -> str:
    names = joined([name(each.artist_name) for each in artists[:ARTISTS]], "and")
    return f'<p class="sg-plays sg-all">{what} {names}</p>' if names else ""


def _button(*, joined_already: bool) -> str:
    do, label = ("leave", "Leave: no longer be shown") if joined_already else ("join", "Join")
    return f'<p class="sg-tools"><button type="button" class="sg-button" data-do="{do}">{label}</button></p>'
