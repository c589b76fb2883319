"""What facts cost: how much of the candidates' score so many calls buy, against asking everything.

`python -m benchmarks.frontier_calls --catalogue FILE NAME=HISTORY.csv.gz …`. The catalogue's own server answers; the
first listener alone, all of them, a fifth who shares half of the first one's artists, and a full crawl are counted.
"""

import argparse
import os
import random
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pyspark.sql import Row
from pyspark.sql import functions as F

from benchmarks.crawl import land_all
from benchmarks.simulated import ANCHOR, land_plays
from flows import engine
from flows.demo.calls import Calls
from flows.demo.catalogue import read_catalogue
from flows.demo.server import demo_server
from flows.demo.world import World, demo_world
from flows.enriching import enrich
from flows.histories import land_files
from flows.listening_source import lastfm
from flows.settings import Settings, read_settings
from jobs import questions
from jobs.gold import artist_play_count, track_candidates, track_play_count
from jobs.lake import Lake
from jobs.questions import Question
from jobs.session import session
from jobs.silver import artist_top_albums, artists, plays, similar_artists, tracks
from jobs.silver.candidate_deep_cut import loved_artists
from jobs.silver.candidate_similar_tag import tag_shares
from jobs.strategies import MODULES

EVERYTHING = 1_000_000
CALLS_A_CHECK = 800
SCORED = {**{name: module.TABLE for name, module in MODULES.items()}, "all": track_candidates.TABLE}
COUNTED = (*engine.PLAYS, *engine.PLAY_COUNTS)


def settings_of(home: Path) -> Settings:
    """No key, no pace: the address is that of the server that a measurement starts."""
    return replace(read_settings({}), home=home, lastfm_calls_per_second=0.0)


def land_history(home: Path, name: str, file: Path) -> None:
    """As `segue import` does."""
    land_files(
        [file],
        listener=name,
        timezone="UTC",
        bronze=home / "bronze",
        understood=lambda _: None,
        say=lambda _: None,
        progress=lambda _: None,
    )


def scores(home: Path) -> dict[str, float]:
    """The sum of scores by strategy, and that of the unified list."""
    engine.build(settings_of(home), engine.CANDIDATES)
    lake = Lake(session(), home / "lake")
    return {
        name: lake.read(table).agg(F.coalesce(F.sum("score"), F.lit(0.0))).collect()[0][0]
        for name, table in SCORED.items()
    }


def full_crawl(home: Path, world: World) -> int:
    """Ask all: neighbours and tags of played artists, tracks of all near ones, albums for deep cuts. The calls."""
    lake = Lake(session(), home / "lake")
    played = lake.read(artist_play_count.TABLE)
    names = _column(played.groupBy("artist_id").agg(F.min("artist_name").alias("name")).collect())
    loved = _column(loved_artists(played).groupBy("artist_id").agg(F.min("artist_name").alias("name")).collect())
    first = [Question(method, name) for name in names for method in (questions.SIMILAR_ARTISTS, questions.ARTIST_TAGS)]
    first += [Question(method, name) for name in loved for method in (questions.TOP_TRACKS, questions.TOP_ALBUMS)]
    calls = land_all(home, world, first)
    engine.build(settings_of(home), engine.CATALOGUE)
    near = lake.read(similar_artists.TABLE).select("similar_artist_id", "similar_artist_name")
    listed = _column(near.groupBy("similar_artist_id").agg(F.min("similar_artist_name").alias("name")).collect())
    albums = lake.read(artist_top_albums.TABLE).where("album_rank <= 10")
    by_name = played.groupBy("artist_id").agg(F.min("artist_name").alias("artist_name"))
    of_albums = albums.join(by_name, on="artist_id", how="inner").select("artist_name", "album_name").collect()
    shares = tag_shares(lake.read(track_play_count.TABLE), lake.read(tracks.TABLE), lake.read(artists.TABLE))
    tags = sorted({row.tag for row in shares.select("tag").collect()})
    second = [Question(questions.TOP_TRACKS, name) for name in listed if name not in loved]
    second += [Question(questions.ALBUM_INFO, row.artist_name, row.album_name) for row in of_albums]
    second += [Question(questions.TAG_TRACKS, tag=tag) for tag in tags]
    calls += land_all(home, world, second)
    engine.build(settings_of(home), engine.CATALOGUE)
    return calls


def _column(rows: Iterable[Row]) -> list[str]:
    return sorted(row.name for row in rows)


@contextmanager
def asking(home: Path, world: World) -> Iterator[tuple[Settings, Calls]]:
    """Settings whose source is this world, and what it was asked."""
    calls = Calls()
    with demo_server(world, calls=calls) as url:
        yield replace(settings_of(home), lastfm_api_url=url), calls


def spend(settings: Settings, budget: int = EVERYTHING, listeners: Sequence[str] = ()) -> int:
    """Ask what is worth asking, for these listeners or for all; the calls that it took."""
    return enrich(settings, lastfm(settings), calls=budget, listeners=listeners).calls


def curve(home: Path, world: World, everything: int, full: Mapping[str, float]) -> None:
    """Print what part of the full crawl's scores so many calls have bought."""
    print(f"{'calls':>7} {'of all':>7}  " + "  ".join(f"{name:>14}" for name in SCORED))
    with asking(home, world) as (settings, calls):
        while (spent := spend(settings, CALLS_A_CHECK)) or not calls.total:
            now = scores(home)
            parts = "  ".join(f"{now[name] / full[name]:14.1%}" if full[name] else f"{'-':>14}" for name in SCORED)
            print(f"{calls.total:7,} {calls.total / everything:7.1%}  {parts}", flush=True)
            if spent < CALLS_A_CHECK:
                break
        twice = [asked for asked, times in calls.by_question().items() if times > 1]
        print(f"asked twice: {len(twice)}; by method: {dict(calls.by_method())}")


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


def overlap(home: Path, world: World, names: Sequence[str]) -> None:
    """Print the calls of the first listener alone, of the others, and of one more who shares half of the first's."""
    with asking(home, world) as (settings, _):
        first = spend(settings, listeners=names[:1])
        rest = spend(settings, listeners=names[1:])
        land_plays(home, "fifth", half_like(home, names[0], [one.name for one in world.catalogue.artists]), "first")
        engine.build(settings_of(home), COUNTED)
        fifth = spend(settings, listeners=["fifth"])
    print(f"first listener: {first:,} calls; the others: {rest:,}")
    print(f"a fifth, half of whose artists are the first's: {fifth:,} calls, {fifth / first:.0%} of the first's")


def main() -> None:
    """Measure in temporary homes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--catalogue", type=Path, required=True)
    parser.add_argument("histories", nargs="+", metavar="NAME=FILE")
    asked = parser.parse_args()
    histories = dict(one.split("=", 1) for one in asked.histories)
    world = demo_world(ANCHOR, catalogue=read_catalogue(asked.catalogue))
    os.environ["TZ"] = "UTC"
    with tempfile.TemporaryDirectory() as folder:
        counted, crawled, alone = (Path(folder) / name for name in ("counted", "crawled", "alone"))
        for name, file in histories.items():
            land_history(counted, name, Path(file))
        engine.build(settings_of(counted), COUNTED)
        for copy in (crawled, alone):
            shutil.copytree(counted, copy)
        everything = full_crawl(crawled, world)
        full = scores(crawled)
        print(
            f"full crawl: {everything:,} calls; scores: { ({name: round(score, 1) for name, score in full.items()}) }"
        )
        curve(counted, world, everything, full)
        overlap(alone, world, list(histories))


if __name__ == "__main__":
    main()
