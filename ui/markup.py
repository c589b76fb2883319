"""Text as HTML: every name is escaped and isolated here and nowhere else."""

import re
from html import escape

from ui.view import balanced

COMMAND = re.compile("`([^`]*)`")


def name(text: str, css_class: str = "") -> str:
    """A name as text: nothing in it is markup, and its writing direction ends with it."""
    attribute = f' class="{css_class}"' if css_class else ""
    return f'<bdi dir="auto"{attribute}>{escape(balanced(text))}</bdi>'


def sentence(text: str) -> str:
    """Words of our own in which commands stand in `…`."""
    return COMMAND.sub(r"<code>\1</code>", escape(text, quote=False))
