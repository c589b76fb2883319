"""Measures how much of the candidates' scores a number of calls gives, compared with asking everything.

`python -m benchmarks.frontier_calls --catalogue FILE NAME=HISTORY.csv.gz …`: all listeners together, compared with a
full crawl of all facts on their artists that the formulas use.
"""

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from pyspark.sql import Row
from pyspark.sql import functions as F

from benchmarks.crawl import land_all
from benchmarks.histories import asking, count_plays, settings_of, spend, world_and_histories
from flows import engine
from flows.demo.world import World
from jobs import questions
from jobs.gold import artist_play_count, track_candidates, track_play_count
from jobs.lake import Lake
from jobs.questions import Question
from jobs.session import session
from jobs.silver import artist_top_albums, artists, similar_artists, tracks
from jobs.silver.candidate_deep_cut import loved_artists
from jobs.silver.candidate_similar_tag import tag_shares
from jobs.strategies import MODULES

CALLS_A_CHECK = 800
SCORED = {**{name: module.TABLE for name, module in MODULES.items()}, "all": track_candidates.TABLE}


def scores(home: Path) -> dict[str, float]:
    """The sum of scores of each strategy, and of the unified list."""
    engine.build(settings_of(home), engine.CANDIDATES)
    lake = Lake(session(), home / "lake")
    return {
        name: lake.read(table).agg(F.coalesce(F.sum("score"), F.lit(0.0))).collect()[0][0]
        for name, table in SCORED.items()
    }


def full_crawl(home: Path, world: World) -> int:
    """Ask for similar artists, tags, tracks and albums without any limit by value; return the number of calls."""
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


def curve(home: Path, world: World, everything: int, full: Mapping[str, float]) -> None:
    """Print the part of the full crawl's scores that is reached after every 800 calls."""
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


def main() -> None:
    """Measure in temporary homes."""
    world, histories = world_and_histories(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        counted, crawled = Path(folder) / "counted", Path(folder) / "crawled"
        count_plays(counted, histories)
        shutil.copytree(counted, crawled)
        everything = full_crawl(crawled, world)
        full = scores(crawled)
        shown = {name: round(score, 1) for name, score in full.items()}
        print(f"full crawl: {everything:,} calls; scores: {shown}", flush=True)
        curve(counted, world, everything, full)


if __name__ == "__main__":
    main()
