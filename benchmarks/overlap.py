"""Overlapping sources made from real histories: how many true pairs are merged, and how many distinct plays wrongly.

`python -m benchmarks.overlap`, with SEGUE_SHARED naming the folder that holds data/histories. Each history is told a
second time as another service would: some seconds later, or to the minute alone; 5 % of its plays lost, 2 % named in
another service's manner. The first telling loses 5 % as well, so that plays stand alone on both sides. What stands
twice within 30 seconds in a history was submitted twice, and is one play in truth; how it looks where each submission
counts as a play of its own is told beside it.
"""

import json
import os
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.measuring import timed
from flows import engine
from flows.landing import Page, folder_of, land
from flows.settings import read_settings
from flows.sources.csv_file import inspect, records

HISTORIES = ("listener-c.lastfm.csv.gz", "listener-d.lastfm.csv.gz", "listener-a.lastfm.csv.gz")
LOST, RENAMED = 0.05, 0.02
SHIFT_SECONDS = 20
TOO_CLOSE_SECONDS = 30
FORMS = ("%d %b %Y %H:%M", "%d %b %Y, %H:%M")
COLUMNS = {name: name for name in ("artist", "track", "time", "truth")}


# Of plays, and of submissions, those that both sources tell of.
Numbers = tuple[set[str], set[str]]


@dataclass(frozen=True)
class Told:
    """A play as one source tells it: the number of the play that it is in truth, and that of its submission."""

    truth: int
    submission: int
    artist: str
    track: str
    at: int


def plays_in(path: Path) -> list[Told]:
    """The sound plays of a history, one for each track and instant."""
    history = inspect(path)
    names = history.request
    found: dict[tuple[str, str, int], None] = {}
    for record in records(history):
        at = seconds(record.get(names["time"], ""))
        artist, track = (record.get(names[field], "").strip() for field in ("artist", "track"))
        if artist and track and at > 1_100_000_000:
            found.setdefault((artist, track, at))
    ordered = [Told(number, number, *play) for number, play in enumerate(sorted(found, key=lambda play: play[2]))]
    return list(as_one_where_too_close(ordered))


def as_one_where_too_close(plays: list[Told]) -> Iterator[Told]:
    """The plays; those of one track that follow each other within 30 s are one in truth, submitted twice.

    One history of these has 1,195 such, most of them a second apart: nobody played those tracks twice.
    """
    latest: dict[tuple[str, str], Told] = {}
    for play in plays:
        before = latest.get((play.artist, play.track))
        is_again = before is not None and play.at - before.at <= TOO_CLOSE_SECONDS
        latest[play.artist, play.track] = replace(play, truth=before.truth) if before and is_again else play
        yield latest[play.artist, play.track]


def seconds(written: str) -> int:
    """A time of these histories in seconds since 1970; 0 where it is none."""
    if written.strip().isdecimal():
        return int(written)
    for form in FORMS:
        try:
            return int(datetime.strptime(written.strip(), form).replace(tzinfo=UTC).timestamp())
        except ValueError:
            continue
    return 0


def retold(plays: list[Told], chance: random.Random, *, to_the_minute: bool) -> Iterator[Told]:
    """What another service has of these plays."""
    for play in plays:
        if chance.random() < LOST:
            continue
        at = play.at // 60 * 60 if to_the_minute else play.at + chance.randint(-SHIFT_SECONDS, SHIFT_SECONDS)
        named = renamed(play, chance) if chance.random() < RENAMED else play
        yield replace(named, at=at)


def renamed(play: Told, chance: random.Random) -> Told:
    """The same track in another service's manner."""
    return chance.choice(
        [
            replace(play, artist=f"{play.artist} - Topic"),
            replace(play, track=f"{play.track} (feat. Somebody Else)"),
            replace(play, artist=f"{play.artist} feat. Somebody Else"),
            replace(play, track=f"{play.track} - Remastered 2011"),
            replace(play, track=play.track.upper(), artist=play.artist.upper()),
        ]
    )


def land_told(home: Path, listener: str, source: str, plays: list[Told]) -> None:
    """Land the plays as records of this source."""
    for start in range(0, len(plays), 10_000):
        rows = [
            {
                "artist": play.artist,
                "track": play.track,
                "time": str(play.at),
                "album": f"{play.truth} {play.submission}",
            }
            for play in plays[start : start + 10_000]
        ]
        page = Page(source, "records", listener, COLUMNS | {"album": "album", "timezone": "UTC"}, json.dumps(rows))
        land(page, folder_of(home / "bronze", source, "records", listener) / "file", f"records-{start:07}")


def measure(home: Path, folder: Path) -> None:
    """Build all pairs in one lake, and print what was merged of each."""
    chance = random.Random(20)
    truth: dict[str, Numbers] = {}
    settings = replace(read_settings({}), home=home)
    for name in HISTORIES:
        plays = plays_in(folder / name)
        for to_the_minute in (False, True):
            listener = f"{name.split('.')[0]} {'to the minute' if to_the_minute else 'seconds off'}"
            first = [play for play in plays if chance.random() >= LOST]
            second = list(retold(plays, chance, to_the_minute=to_the_minute))
            land_told(home, listener, "csv", first)
            land_told(home, listener, "json", second)
            truth[listener] = numbers(first, 0) & numbers(second, 0), numbers(first, 1) & numbers(second, 1)
    taken = timed(partial(engine.build, settings, engine.PLAYS))
    print(f"built in {taken:.0f} s, load {os.getloadavg()[0]:.1f}")
    report(home, truth)


def numbers(plays: list[Told], place: int) -> set[str]:
    """The numbers of the plays, or, with 1, of the submissions."""
    return {str((play.truth, play.submission)[place]) for play in plays}


def report(home: Path, truth: dict[str, Numbers]) -> None:
    """By listener: true pairs merged, and plays merged that are distinct; then the same by submissions."""
    from jobs.lake import Lake
    from jobs.session import session
    from jobs.silver import plays

    rows = (
        Lake(session(), home / "lake")
        .read(plays.TABLE)
        .selectExpr("username", "transform(seen, x -> x.album_name) AS seen")
    )
    for listener in sorted(truth):
        told = [row.seen for row in rows.where(f"username = '{listener}'").collect()]
        shares = (_shares([seen for seen in told if seen], truth[listener], place, len(told)) for place in (0, 1))
        print(f"{listener:28} {len(told):>7,} plays  {', by submissions: '.join(shares)}")


def _shares(seen: list[list[str]], truth: Numbers, place: int, plays: int) -> str:
    pairs = [{name.split()[place] for name in names} for names in seen]
    merged = {next(iter(pair)) for pair in pairs if len(pair) == 1} & truth[place]
    wrong = sum(len(pair) > 1 for pair in pairs)
    return f"true pairs merged {len(merged) / len(truth[place]):.3%}, distinct merged {wrong / plays:.3%}"


def main() -> None:
    """Measure in a temporary home; skipped, saying so, where there are no histories."""
    if "SEGUE_SHARED" not in os.environ:
        print("SEGUE_SHARED names no folder with real histories: nothing is measured")
        return
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        measure(Path(home), Path(os.environ["SEGUE_SHARED"]) / "data" / "histories")
    print(f"{time.monotonic() - started:.0f} s in all")


if __name__ == "__main__":
    main()
