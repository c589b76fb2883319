"""Text as HTML: all names are escaped and isolated (bidi) here and nowhere else."""

import re
from html import escape

from ui.view import balanced

COMMAND = re.compile("`([^`]*)`")


def name(text: str, css_class: str = "") -> str:
    """A name as HTML: escaped, and with its writing direction isolated from the rest."""
    attribute = f' class="{css_class}"' if css_class else ""
    return f'<bdi dir="auto"{attribute}>{escape(balanced(text))}</bdi>'


def sentence(text: str) -> str:
    """Our own text as HTML, with commands in `…` as code."""
    return COMMAND.sub(r"<code>\1</code>", escape(text, quote=False))
