"""Lands any number of simulated listeners, as an import would."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from flows.demo.catalogue import Catalogue
from flows.demo.generate import generated_listener, history
from flows.landing import Page, folder_of, land

ANCHOR = date(2026, 1, 1)
AS_OF = datetime(2026, 1, 2, tzinfo=UTC)
RECORDS_A_PAGE = 10_000
COLUMNS = {"artist": "artist", "track": "track", "album": "album", "time": "uts", "timezone": "UTC"}


def land_plays(home: Path, listener: str, records: Sequence[dict[str, str]], name: str) -> None:
    """Land the records as an import would."""
    for start in range(0, len(records), RECORDS_A_PAGE):
        body = json.dumps(records[start : start + RECORDS_A_PAGE])
        page = Page("csv", "records", listener, COLUMNS, body)
        land(page, folder_of(home / "bronze", "csv", "records", listener) / name, f"records-{start:07}")


def simulated(catalogue: Catalogue, listener_number: int, count: int) -> list[dict[str, str]]:
    """The last `count` plays of a simulated listener."""
    listener = generated_listener(listener_number)
    return [
        {
            "artist": play.song.artist.name,
            "track": play.song.track.name,
            "album": play.song.album.name,
            "uts": str(play.uts),
        }
        for play in history(catalogue, listener, count, until=ANCHOR, seed=listener_number)
    ]


def land_listeners(home: Path, catalogue: Catalogue, listeners: int, count: int) -> list[str]:
    """Land `count` plays for each of so many listeners; return their names."""
    names = [f"listener-{number:04}" for number in range(listeners)]
    for number, name in enumerate(names):
        land_plays(home, name, simulated(catalogue, number, count), "first")
    return names
