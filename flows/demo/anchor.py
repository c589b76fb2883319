"""The date on which a home's demo was first started; it is stored, so that the listeners' histories only grow."""

import json
from datetime import date
from pathlib import Path

from flows.landing import write_whole

ANCHOR_FILE = "demo.json"


class BadAnchor(Exception):
    """The home's demo.json does not hold a date."""


def anchor_of(home: Path, today: date) -> date:
    """The home's anchor date; if there is none, today is stored as such. Raises `BadAnchor`."""
    file = home / ANCHOR_FILE
    if not file.exists():
        write_whole(file, json.dumps({"anchor": today.isoformat()}).encode())
    try:
        return date.fromisoformat(json.loads(file.read_bytes())["anchor"])
    except (ValueError, KeyError, TypeError) as error:
        raise BadAnchor(
            f'{file} must contain {{"anchor": "YYYY-MM-DD"}}: delete it to restart the demo from scratch'
        ) from error
