"""`segue generate`: simulated histories as files, with progress."""

from datetime import date
from pathlib import Path

from flows.demo.catalogue import read_catalogue
from flows.demo.generate import UnlikelyHistories, write_histories
from flows.terminal import progress, say


def generate_histories(folder: Path, catalogue: Path, *, listeners: int, plays: int, seed: int, until: date) -> None:
    """Write one file per listener. Raises `UnlikelyHistories`, and `BadCatalogue` if the file holds no music."""
    if plays < listeners:
        raise UnlikelyHistories(f"{plays:,} plays are too few for {listeners:,} listeners: ask for at least one each")
    with progress() as bars:
        task = bars.add_task(f"simulate {plays:,} plays", total=listeners)
        music = read_catalogue(catalogue)
        for _ in write_histories(folder, music, listeners=listeners, plays=plays, until=until, seed=seed):
            bars.advance(task)
    say(f"{listeners:,} histories are in {folder}: import one with 'segue import {folder}/listener-… --listener NAME'")
