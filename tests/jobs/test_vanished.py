"""What a complete reading of an account has no more goes, once, and nothing that anybody else told."""

import json
from datetime import timedelta
from pathlib import Path

from flows.landing import Page, folder_of, land
from jobs.ingest import consume
from jobs.lake import Lake
from jobs.silver import plays
from jobs.vanished import vanished
from quality.gate import gate
from tests.jobs.listening import FETCHED, NOON, play, recent_tracks


def read(lake: Lake, window: str, *tracks: str, done: bool = True) -> Path:
    """Land a reading of an account, of plays an hour apart by their first letters."""
    bronze = lake.root.parent / "bronze"
    heard = [play(track, at=NOON + timedelta(hours=ord(track[0]))) for track in tracks]
    page = Page("lastfm", "user.getrecenttracks", "ann", {"window": window}, recent_tracks(*heard))
    folder = folder_of(bronze, page.source, page.method, "ann") / window
    land(page, folder, "page-1", fetched_at=FETCHED)
    (folder / "window.json").write_text(json.dumps({"since": 0, "until": FETCHED.timestamp(), "done": done}))
    return folder


def test_a_complete_reading_takes_out_once_what_the_account_has_no_more_and_nothing_of_another_account(
    lake: Lake,
) -> None:
    read(lake, "history-before-9", "A", "B", "C", "D")
    read(lake, "other-full-9", "E")
    half, whole = read(lake, "full-10", "A", done=False), read(lake, "full-11", "A", "B", "C")
    consume(lake, lake.root.parent / "bronze", gate, now=FETCHED)

    counts = [
        vanished(lake, reading, gate, remove=remove, accept_fewer=False).vanished
        for reading, remove in ((half, True), (whole, False), (whole, True), (whole, True))
    ]
    assert counts == [0, 1, 1, 0]
    assert {row.track_name for row in lake.read(plays.TABLE).collect()} == {"A", "B", "C", "E"}
