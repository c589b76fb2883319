"""Toasts: what was just done, in one line, with a button to undo it."""

from html import escape

from ui.icons import icon
from ui.markup import name

SILENT = '<div class="sg-toast" role="status"></div>'
CLOSE = f'<button type="button" data-do="hush" class="sg-close" aria-label="Close">{icon("close")}</button>'


def toast(said: str, *deeds: str) -> str:
    """`said` and the deeds are HTML."""
    return f'<div class="sg-toast" role="status"><p>{said}</p>{"".join(deeds)}{CLOSE}</div>'


def trouble(message: str) -> str:
    """A toast for something that could not be done: one line that says why and what to do."""
    return f'<div class="sg-toast sg-trouble" role="status"><p>{escape(message)}</p>{CLOSE}</div>'


def button(do: str, label: str, **data: str) -> str:
    """A toast's button."""
    told = "".join(f' data-{key}="{escape(value)}"' for key, value in data.items())
    return f'<button type="button" data-do="{do}"{told}>{escape(label)}</button>'


def link(href: str, label: str) -> str:
    """A toast's link to the result; `href` is escaped already."""
    return f'<a href="{href}" data-go>{escape(label)}</a>'


def download(address: str, filename: str, label: str) -> str:
    """A download link whose address (a data URL) contains the file."""
    return f'<a href="{escape(address)}" download="{escape(filename)}">{escape(label)}</a>'


def titled(track: str, artist: str) -> str:
    """A track within a sentence, as HTML."""
    return f"{name(track)} by {name(artist)}"
