"""What was just done, said in one line with the way back."""

from html import escape

from ui.icons import icon
from ui.markup import name

SILENT = '<div class="sg-toast" role="status"></div>'
CLOSE = f'<button type="button" data-do="hush" class="sg-close" aria-label="Close">{icon("close")}</button>'


def toast(said: str, *deeds: str) -> str:
    """`said` and the deeds are HTML."""
    return f'<div class="sg-toast" role="status"><p>{said}</p>{"".join(deeds)}{CLOSE}</div>'


def trouble(message: str) -> str:
    """Something that could not be done: one line that says why and what to do."""
    return f'<div class="sg-toast sg-trouble" role="status"><p>{escape(message)}</p>{CLOSE}</div>'


def button(do: str, label: str, **data: str) -> str:
    """A deed of a toast."""
    told = "".join(f' data-{key}="{escape(value)}"' for key, value in data.items())
    return f'<button type="button" data-do="{do}"{told}>{escape(label)}</button>'


def link(href: str, label: str) -> str:
    """A way to where the thing now is; `href` is escaped already."""
    return f'<a href="{href}" data-go>{escape(label)}</a>'


def download(address: str, filename: str, label: str) -> str:
    """A file that the address itself holds."""
    return f'<a href="{escape(address)}" download="{escape(filename)}">{escape(label)}</a>'


def titled(track: str, artist: str) -> str:
    """A track as a sentence names it."""
    return f"{name(track)} by {name(artist)}"
