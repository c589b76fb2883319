"""Who was asked about music, when, and whose facts are stale since they did not answer: a part of Pipeline."""

import json
from collections.abc import Mapping
from datetime import datetime
from html import escape
from pathlib import Path

from ui.markup import name
from ui.view import ago

# As flows/providers.py writes it, below the home.
LAST_ASKED = Path("run", "providers.json")


def asked(home: Path, now: datetime) -> str:
    """The rows of a list, a provider each; "" where nobody was asked yet, or the file is not whole."""
    try:
        content = json.loads((home / LAST_ASKED).read_text(encoding="utf-8"))
        return "".join(_row(provider, last, now) for provider, last in sorted(content.items()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ""


def _row(provider: str, last: Mapping[str, str], now: datetime) -> str:
    stopped = last["stopped"]
    state, said = ("warn", "stale: it did not answer, what it told before stays") if stopped else ("good", "answered")
    why = f'<p class="sg-plays">{name(stopped)}</p>' if stopped else ""
    return (
        f'<li data-state="{state}"><b>{escape(provider)}</b><span>{said}</span>'
        f'<span class="sg-plays">{ago(datetime.fromisoformat(last["asked_at"]), now)}</span>{why}</li>'
    )
