"""Columns are found by their names, or by their content where nothing is named."""

import csv
import gzip
import io
import os
import random
from itertools import permutations
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

import pytest

from flows.sources.columns import ColumnsNotFound, Kind, find_columns, kind_of

NAMES = ("artist", "album", "track", "time")
HEADERLESS_ALREADY = "listener-a.lastfm.csv.gz"


def positions(header: list[str], *rows: list[str]) -> dict[str, tuple[int, ...]]:
    has_header, found = find_columns([header, *rows], len(header))
    assert has_header
    return dict(found)


def invented_plays(count: int) -> list[list[str]]:
    """Records are played through now and then, one play in ten lacks its album, the newest play has no time."""
    chosen = random.Random(7)
    rows = []
    for number in range(count):
        artist, record = int(chosen.paretovariate(0.8)) % 60, chosen.randrange(3)
        album = "" if chosen.random() < 0.1 else f"Record {record} of {artist}"
        track = f"Song {chosen.randrange(12)} from side {record} by {artist}"
        rows.append(
            [f"Band {artist}", album, track, f"{1 + number % 28} Nov 2020 09:{number % 60:02}" if number else ""]
        )
    return rows


@pytest.mark.parametrize(
    "written", ["Track Name", "track_name", "TRACKNAME", " track-name ", "\ufefftrack", "Song", "title"]
)
def test_a_name_is_read_in_any_case_and_spelling(written: str) -> None:
    assert positions([written, "Artist", "Played At"], ["Tender", "Blur", "2020-11-20"])["track"] == (0,)


def test_the_more_specific_of_two_names_is_taken() -> None:
    found = positions(["name", "artist", "track", "artist name", "uts"], ["x", "x", "x", "x", "1555612930"])

    assert found == {"artist": (3,), "track": (2,), "time": (4,)}


def test_times_are_preferred_by_what_they_hold() -> None:
    header = ["date", "played_at", "timestamp", "artist", "track", "month", "weekday", "hour"]
    found = positions(header, ["2025-08-16", "2025-08-16 11:45:00", "1555612930", "a", "t", "8", "Saturday", "11"])

    assert found["time"] == (2, 1, 0)


def test_a_duration_named_time_is_not_a_time() -> None:
    found = positions(["time", "artist", "track", "uts"], ["3:45", "a", "t", "1555612930"])

    assert found["time"] == (3,)


def test_ids_and_milliseconds_are_found_by_name() -> None:
    header = ["uts", "artist", "artist_mbid", "album", "album_mbid", "track", "mbid", "ms_played", "duration"]
    found = positions(header, ["1555612930", *"abcdefgh"])

    assert (found["artist_mbid"], found["track_mbid"], found["ms_played"]) == ((2,), (6,), (7,))


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        *((epoch, Kind.EPOCH) for epoch in ("1720688852", "981173106", "1720688852123")),
        *((clock, Kind.CLOCK) for clock in ("11 Jul 2024, 09:07", "20 Nov 2020 09:35", "2024-07-11T09:07:32Z")),
        *(
            (clock, Kind.CLOCK)
            for clock in ("2024-07-11 09:07", "2024-07-11T09:07:32.123+02:00", "2024-07-11 09:07:32-0500")
        ),
        *((day, Kind.DAY) for day in ("2024-07-11", "11 Jul 2024")),
        *((other, Kind.OTHER) for other in ("3:45", "8", "Saturday", "1999", "20240711", "Tender")),
    ],
)
def test_times_are_known_by_their_shape(cell: str, kind: Kind) -> None:
    assert kind_of([cell, "", " "]) is kind


def test_songs_called_like_columns_make_no_header() -> None:
    rows = [["Artist", "Album", "Time", "20 Nov 2020 09:35"], ["Blur", "13", "Tender", "20 Nov 2020 09:30"]]

    assert find_columns(rows, 4) == (False, {"time": (3,), "artist": (0,), "album": (1,), "track": (2,)})


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_content_tells_columns_apart_in_any_order(order: tuple[int, ...]) -> None:
    rows = [[row[at] for at in order] for row in invented_plays(400)]

    has_header, found = find_columns(rows, 4)

    assert not has_header and {name: order[at] for name, (at,) in found.items()} == {n: i for i, n in enumerate(NAMES)}


@pytest.mark.parametrize("order", [(3, 0, 2), (0, 2, 3), (2, 3, 0)])
def test_content_tells_artist_from_track_without_albums(order: tuple[int, ...]) -> None:
    found = find_columns([[row[at] for at in order] for row in invented_plays(200)], 3)[1]

    assert {name: order[at] for name, (at,) in found.items()} == {"artist": 0, "track": 2, "time": 3}


def test_a_few_plays_without_header_are_read_in_the_documented_order() -> None:
    rows = [["Blur", "13", "Tender", "20 Nov 2020 09:35"], ["Genesis", "Duke", "Duchess", "20 Nov 2020 09:30"]]

    assert find_columns(rows, 4)[1] == {"time": (3,), "artist": (0,), "album": (1,), "track": (2,)}


def test_many_missing_times_at_the_top_do_not_confuse() -> None:
    rows = [[*row[:3], "" if at < 303 else row[3]] for at, row in enumerate(invented_plays(2_000))]

    assert find_columns(rows, 4)[1]["time"] == (3,)


def test_ids_without_header_belong_to_the_names_they_go_with() -> None:
    def uuid(name: str) -> str:
        return str(uuid5(NAMESPACE_OID, name))

    rows = [[uuid(track), uuid(album), artist, uuid(artist), album, track, when or "2020-11-20 09:30"]
            for artist, album, track, when in invented_plays(300)]  # fmt: skip
    found = find_columns(rows, 7)[1]

    assert (found["track_mbid"], found["artist_mbid"]) == ((0,), (3,))


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([["artist", "album", "uts"], ["Blur", "13", "1555612930"]], "no column name for the track"),
        (
            [["when", "who", "what"], ["2020-11-20", "Blur", "Tender"]],
            "no column name for the artist or the track or the time",
        ),
        ([["artist", "track", "date"], ["Blur", "Tender", "07/11/2024 9:07"]], "column date (07/11/2024 9:07)"),
        ([["id", "price", "note"], ["1", "2.50", "bread"]], "no column that looks like the time of plays"),
    ],
)
def test_columns_that_are_missing_are_named(rows: list[list[str]], says: str) -> None:
    with pytest.raises(ColumnsNotFound) as refusal:
        find_columns(rows, len(rows[0]))

    assert says in str(refusal.value)


@pytest.mark.skipif("SEGUE_SHARED" not in os.environ, reason="SEGUE_SHARED names no folder with real histories")
def test_real_histories_are_told_by_content_in_any_order() -> None:
    for path in sorted((Path(os.environ["SEGUE_SHARED"]) / "data" / "histories").glob("listener-*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(io.StringIO(file.read(1 << 19), newline="")))[:-1]
        header = list(NAMES) if path.name == HEADERLESS_ALREADY else rows.pop(0)
        texts = [header.index(name) for name in NAMES[:3]]
        for order in permutations(texts):
            places = {**{at: at for at in range(len(header))}, **dict(zip(texts, order, strict=True))}
            found = find_columns([[row[places[at]] for at in range(len(header))] for row in rows], len(header))[1]
            assert {name: header[places[found[name][0]]] for name in NAMES[:3]} == {name: name for name in NAMES[:3]}
