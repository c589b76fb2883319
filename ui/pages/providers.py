"""A part of Pipeline: when each provider was asked about music, and whose facts are stale for lack of an answer."""

import json
from collections.abc import Mapping
from datetime import datetime
from html import escape
from pathlib import Path

from ui.markup import name
from ui.view import ago

# The path below the home, as in flows/providers.py.
LAST_ASKED = Path("run", "providers.json")


def asked(home: Path, now: datetime) -> str:
    """The rows of a list, one per provider; "" if none was asked yet, or if the file is damaged."""
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
