"""Overlapping sources made from real histories: how many true pairs are merged, and how many distinct plays wrongly.

`python -m benchmarks.overlap`, with SEGUE_SHARED naming the folder that has data/histories. Each history gets a second
source as another service would report it: shifted by some seconds, or only to the minute; 5 % of the plays are missing,
2 % are spelled in another service's way. The first source misses 5 % as well, so both have plays of their own. Repeats
within 30 seconds in a history are double submissions, and truly one play; figures that count each submission as a play
are printed, too.
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


# The numbers of the plays, and of the submissions, that both sources have.
Numbers = tuple[set[str], set[str]]


@dataclass(frozen=True)
class Told:
    """A play as one source reports it, with the number of the true play, and that of its submission."""

    truth: int
    submission: int
    artist: str
    track: str
    at: int


def plays_in(path: Path) -> list[Told]:
    """The valid plays of a history, one for each track and instant."""
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
    """The plays; those of one track within 30 s get the same `truth`, since they are double submissions.

    One of these histories has 1,195 of them, most a second apart: nobody played those tracks twice.
    """
    latest: dict[tuple[str, str], Told] = {}
    for play in plays:
        before = latest.get((play.artist, play.track))
        is_again = before is not None and play.at - before.at <= TOO_CLOSE_SECONDS
        latest[play.artist, play.track] = replace(play, truth=before.truth) if before and is_again else play
        yield latest[play.artist, play.track]


def seconds(written: str) -> int:
    """A time in these histories in seconds since 1970; 0 if it cannot be parsed."""
    if written.strip().isdecimal():
        return int(written)
    for form in FORMS:
        try:
            return int(datetime.strptime(written.strip(), form).replace(tzinfo=UTC).timestamp())
        except ValueError:
            continue
    return 0


def retold(plays: list[Told], chance: random.Random, *, to_the_minute: bool) -> Iterator[Told]:
    """These plays as another service would report them."""
    for play in plays:
        if chance.random() < LOST:
            continue
        at = play.at // 60 * 60 if to_the_minute else play.at + chance.randint(-SHIFT_SECONDS, SHIFT_SECONDS)
        named = renamed(play, chance) if chance.random() < RENAMED else play
        yield replace(named, at=at)


def renamed(play: Told, chance: random.Random) -> Told:
    """The same play, spelled in another service's way."""
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
    """Build all pairs of sources in one lake, and print how each was merged."""
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
    """The numbers of the true plays (place 0) or of the submissions (place 1)."""
    return {str((play.truth, play.submission)[place]) for play in plays}


def report(home: Path, truth: dict[str, Numbers]) -> None:
    """Print for each listener: true pairs merged, and distinct plays merged; then the same by submissions."""
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
    """Measure in a temporary home; print that it is skipped if there are no histories."""
    if "SEGUE_SHARED" not in os.environ:
        print("SEGUE_SHARED names no folder with real histories: nothing is measured")
        return
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        measure(Path(home), Path(os.environ["SEGUE_SHARED"]) / "data" / "histories")
    print(f"{time.monotonic() - started:.0f} s in all")


if __name__ == "__main__":
    main()
