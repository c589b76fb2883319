"""Counts the calls for a listener who shares half of their artists with one whose facts are already fetched.

`python -m benchmarks.fifth_listener --catalogue FILE NAME=HISTORY.csv.gz …`: all open questions are asked for the first
listener alone, then for the others, then for one more.
"""

import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pyspark.sql import functions as F

from benchmarks.histories import COUNTED, asking, count_plays, spend, world_and_histories
from benchmarks.simulated import land_plays
from flows import engine
from jobs.gold import artist_play_count
from jobs.lake import Lake
from jobs.session import session
from jobs.silver import plays


def half_like(home: Path, listener: str, catalogue_names: Sequence[str]) -> list[dict[str, str]]:
    """The listener's plays, with every other artist replaced by one that nobody in the lake has played."""
    lake = Lake(session(), home / "lake")
    heard = {row.artist_id for row in lake.read(artist_play_count.TABLE).select("artist_id").distinct().collect()}
    unheard = [name for name in catalogue_names if name.lower() not in heard]
    random.Random(0).shuffle(unheard)
    rows = lake.read(plays.TABLE).where(F.col("username") == listener).orderBy("played_at", "track_id").collect()
    others = dict(zip(sorted({row.artist_id for row in rows})[::2], unheard, strict=False))
    return [
        {
            "artist": others.get(row.artist_id, row.artist_name),
            "track": row.track_name,
            "album": row.album_name or "",
            "uts": str(int(row.played_at.timestamp())),
        }
        for row in rows
    ]


def main() -> None:
    """Measure in a temporary home."""
    world, histories = world_and_histories(__doc__)
    first, *others = histories
    catalogue_names = [artist.name for artist in world.catalogue.artists]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        count_plays(home, histories)
        with asking(home, world) as (settings, _):
            firsts = spend(settings, listeners=[first])
            print(f"{first} alone: {firsts:,} calls", flush=True)
            if others:
                print(f"{', '.join(others)}: {spend(settings, listeners=others):,} calls", flush=True)
            land_plays(home, "fifth", half_like(home, first, catalogue_names), "first")
            engine.build(settings, COUNTED)
            fifths = spend(settings, listeners=["fifth"])
    print(f"one more, half of whose artists are those of {first}: {fifths:,} calls, {fifths / firsts:.0%} of that")


if __name__ == "__main__":
    main()
