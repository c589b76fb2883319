"""What the page shows if there is no data: what is missing, and what to do."""

from collections.abc import Collection
from html import escape
from urllib.parse import quote

from ui.markup import name, sentence
from ui.pages.address import Address
from ui.records import Listener
from ui.strategies import STRATEGIES, label, wanting

ADD = '<a href="?view=add" data-go>Add yourself</a>'


def nothing_proposed(only: str | None, listener: Listener) -> str:
    """An empty list: of one strategy, or of all."""
    title = f"No {label(only).lower()}s yet." if only else "Nothing to play next yet."
    # If there is no list at all, there is nothing to tune either.
    bare = "" if only else " sg-bare"
    wanted = _sentences([only] if only else STRATEGIES, listener)
    return f'<div class="sg-none{bare}"><p>{sentence(title)}</p>{wanted}</div>'


def nothing_left() -> str:
    """A list that the listener's own tuning left empty."""
    return (
        '<div class="sg-none"><p>Nothing matches these filters.</p>'
        "<p>Choose Balanced, switch Never played off, or show Everything.</p></div>"
    )


def note_on_missing(missing: Collection[str], listener: Listener) -> str:
    """What the strategies missing from the list need; empty if none is missing.

    Strategies that need other data than a history are optional: they are mentioned only if there is no list at all.
    """
    sentences = _sentences([each for each in missing if each in STRATEGIES and not STRATEGIES[each].needs], listener)
    return f'<div class="sg-note">{sentences}</div>' if sentences else ""


def _sentences(missing: Collection[str], listener: Listener) -> str:
    return "".join(f"<p>{sentence(each)}</p>" for each in wanting(missing, listener))


def starting() -> str:
    """The masthead's line while nothing is served."""
    return '<p class="sg-fresh sg-waiting" role="status">waiting for the first list</p>'


def nothing_served(reason: str) -> str:
    """The empty state: what is missing, and the three ways to fill it."""
    ways = (
        ("segue demo", "eight simulated listeners, no key, no account"),
        ("segue import FILE --listener NAME", "your history as a file"),
        ("segue sync NAME", "your history on Last.fm"),
    )
    rows = "".join(f"<li><code>{escape(command)}</code><span>{what}</span></li>" for command, what in ways)
    rows += f"<li>{ADD}<span>a name on Last.fm or a history file, from this page</span></li>"
    return (
        '<section class="sg-empty"><h2>Nothing built yet</h2><p>The first list will appear here as soon as it is'
        ' built. <a href="?view=pipeline" data-go>Pipeline</a> shows what is running; if nothing is, start with one of'
        f" these:</p><ul>{rows}</ul>"
        f'<p class="sg-detail">{escape(reason)}</p></section>'
    )


def no_such_view(address: Address) -> str:
    """The page at an address of a view that does not exist."""
    return (
        '<section class="sg-empty"><h2>There is nothing at this address</h2>'
        f'<p>Go back to <a href="{address.link("next")}" data-go>what you may want to hear next</a>.</p></section>'
    )


def unknown_listener(username: str, near: tuple[str, ...]) -> str:
    """The page for an unknown listener: the name as typed, similar names, and how to add one."""
    suggestions = ", ".join(f'<a href="?listener={quote(each, safe="")}" data-go>{name(each)}</a>' for each in near)
    meant = f"<p>Did you mean {suggestions}?</p>" if near else ""
    return (
        f'<section class="sg-empty"><h2>No listener called {name(username)}</h2>{meant}'
        f"<p>{ADD} here, or add a history with <code>segue sync NAME</code> or"
        " <code>segue import FILE --listener NAME</code>.</p></section>"
    )
