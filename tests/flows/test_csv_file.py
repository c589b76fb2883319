"""A history in a CSV file is understood or refused in one line, and its records land as they stand."""

import csv
import gzip
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.sources import file_history
from flows.sources.csv_file import Record, inspect, records
from flows.sources.file_history import land_history
from flows.sources.text_file import NotAHistory

HEADER = "artist,album,track,uts\n"
BLUR = "Blur,13,Tender,1555612930\n"
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def file_of(folder: Path, content: str | bytes, name: str = "plays.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def unheard(count: int) -> None:
    """Progress that nobody follows."""


def landed(path: Path, bronze: Path, timezone: str = "UTC", progress: Callable[[int], None] = unheard) -> list[Path]:
    history = inspect(path)
    return land_history(history, listener="ann", timezone=timezone, bronze=bronze, fetched_at=NOON, progress=progress)


def envelope(page: Path) -> dict[str, object]:
    content: dict[str, object] = json.loads(gzip.decompress(page.read_bytes()))
    return content


def bodies(pages: list[Path]) -> list[Record]:
    return [record for page in pages for record in json.loads(str(envelope(page)["body"]))]


def test_a_history_describes_itself(tmp_path: Path) -> None:
    history = inspect(file_of(tmp_path, ",artist,album,track,uts\n0,Blur,13,Tender,1555612930\n"))

    assert str(history) == "CSV, comma, header: artist, track, album, uts"
    assert history.columns == ("1", "artist", "album", "track", "uts")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_delimiter_and_encoding_are_found(tmp_path: Path, delimiter: str, encoding: str) -> None:
    rows = [HEADER.strip().split(","), ["Кино", "Группа; крови", '"Спокойная, ночь"', "1555612930"]]
    text = "".join(delimiter.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) + "\r\n" for row in rows)

    history = inspect(file_of(tmp_path, text.encode(encoding)))

    assert history.delimiter == delimiter
    assert [list(record.values()) for record in records(history)] == [rows[1]]


def test_gzip_is_known_by_content(tmp_path: Path) -> None:
    assert len(list(records(inspect(file_of(tmp_path, gzip.compress((HEADER + BLUR).encode())))))) == 1


def test_a_page_carries_the_request_as_text(tmp_path: Path) -> None:
    path = file_of(tmp_path, "played_at,artist,track,uts,mbid,ms_played\n2019-04-18 18:42,Blur,Tender,1555612930,,9\n")

    page = envelope(landed(path, tmp_path / "bronze", "Europe/Berlin")[0])

    mapping = {"artist": "artist", "track": "track", "track_mbid": "mbid", "ms_played": "ms_played"}
    times = {"time": "uts", "time_2": "played_at"}
    origin = {"source": "csv", "method": "records", "listener": "ann", "file": "plays.csv", "timezone": "Europe/Berlin"}
    assert page["request"] == origin | mapping | times


def test_records_without_header_go_by_position(tmp_path: Path) -> None:
    path = file_of(tmp_path, "Blur,13, Tender ,20 Nov 2020 09:35\n\nBlur,13,Bugman,20 Nov 2020 09:30\n")

    assert bodies(landed(path, tmp_path))[0] == {"1": "Blur", "2": "13", "3": " Tender ", "4": "20 Nov 2020 09:35"}


def test_a_row_that_does_not_fit_is_kept_and_marked(tmp_path: Path) -> None:
    path = file_of(
        tmp_path, (HEADER + BLUR * 50).encode() + b"Blur,13\nBlur,13,Tender,1,too,many\nBj\xf6rk,,Hunter,9\n"
    )

    short, long, undecoded = list(records(inspect(path)))[-3:]

    assert short == {"artist": "Blur", "album": "13"}
    assert long[""] == "too,many"
    assert (undecoded["artist"], undecoded[""]) == ("Bj\ufffdrk", "bytes that are not UTF-8")


def test_one_zero_byte_costs_no_history(tmp_path: Path) -> None:
    path = file_of(tmp_path, HEADER + BLUR * 100 + BLUR.replace("13", "1\x003"))

    assert list(records(inspect(path)))[-1]["album"] == "1\x003"


def test_a_delimiter_at_the_end_of_every_row_is_no_field(tmp_path: Path) -> None:
    path = file_of(tmp_path, HEADER + BLUR.replace("\n", ",\n"))

    assert "" not in next(records(inspect(path)))


def test_the_same_file_lands_once(tmp_path: Path) -> None:
    first = landed(file_of(tmp_path, HEADER + BLUR), tmp_path / "bronze")
    written = first[0].stat().st_mtime_ns

    again = landed(file_of(tmp_path, gzip.compress((HEADER + BLUR).encode()), "other.gz"), tmp_path / "bronze")

    assert again == first and again[0].stat().st_mtime_ns == written


def test_another_time_zone_lands_anew(tmp_path: Path) -> None:
    path = file_of(tmp_path, HEADER + BLUR)

    assert landed(path, tmp_path, "UTC")[0].parent != landed(path, tmp_path, "Asia/Tokyo")[0].parent


def test_ten_thousand_records_make_a_page_and_each_is_told(tmp_path: Path) -> None:
    told: list[int] = []

    pages = landed(file_of(tmp_path, HEADER + BLUR * 20_001), tmp_path, progress=told.append)

    assert [page.name[:14] for page in pages] == ["records-00001.", "records-00002.", "records-00003."]
    assert len(bodies(pages)) == 20_001 and told == [10_000, 20_000, 20_001]


def test_a_file_that_fails_late_leaves_nothing(tmp_path: Path) -> None:
    path = file_of(tmp_path, HEADER + BLUR * 60_000 + '"Blur,13,Tender,1555612930\n' + BLUR * 1_000)

    with pytest.raises(NotAHistory, match="line 60002"):
        landed(path, tmp_path / "bronze")
    assert [found for found in (tmp_path / "bronze").rglob("*") if found.is_file()] == []


def test_pages_on_their_way_are_not_where_landed_pages_are_looked_for(tmp_path: Path) -> None:
    seen: list[Path] = []
    path = file_of(tmp_path, HEADER + BLUR * 10_001)

    def look(count: int) -> None:
        seen.extend((tmp_path / "bronze").glob("csv/records/*/*/*.json.gz"))

    assert len(landed(path, tmp_path / "bronze", progress=look)) == 2 and seen == []


def test_what_a_killed_import_left_is_replaced(tmp_path: Path) -> None:
    path = file_of(tmp_path, HEADER + BLUR)
    folder = landed(path, tmp_path / "bronze")[0].parent
    (folder.parent / ".partial").mkdir()
    left = folder.rename(folder.parent / ".partial" / folder.name) / "records-00002.json.gz"
    left.write_bytes(b"")

    assert len(bodies(landed(path, tmp_path / "bronze"))) == 1
    assert [found.name for found in folder.parent.iterdir()] == [folder.name]


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(file_history, "land", full)

    with pytest.raises(OSError, match="No space"):
        landed(file_of(tmp_path, HEADER + BLUR), tmp_path / "bronze")
    assert [found for found in (tmp_path / "bronze").rglob("*") if found.is_file()] == []


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=12), quoting=st.sampled_from([0, 1]))
def test_whatever_is_written_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], quoting: int
) -> None:
    folder = tmp_path_factory.mktemp("plays")
    whole = [["artist", "album", "track", "uts"], ["Blur", "13", "Tender", "1555612930"]]
    whole += [[*row, "1555612930"] for row in rows]
    with (folder / "plays.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL if quoting else csv.QUOTE_MINIMAL).writerows(whole)

    assert [list(record.values()) for record in bodies(landed(folder / "plays.csv", folder))] == whole[1:]


REAL = {
    "listener-a.lastfm.csv.gz": (60_950, {"artist": "1", "album": "2", "track": "3", "time": "4"}),
    "listener-b.2019-04-23.csv.gz": (42_247, {"time": "timestamp", "time_2": "datetime", "album": "album"}),
    "listener-b.2019-06-13.csv.gz": (42_752, {"time": "timestamp", "time_2": "datetime", "album": "album"}),
    "listener-c.lastfm.csv.gz": (17_503, {"time": "timestamp", "artist_mbid": "artist_mbid"}),
    "listener-d.lastfm.csv.gz": (11_622, {"time": "uts", "time_2": "utc_time", "track_mbid": "track_mbid"}),
    "listener-e.csv.gz": (8_189, {"time": "played_at", "time_2": "date", "track": "track", "artist": "artist"}),
}


@pytest.mark.skipif("SEGUE_SHARED" not in os.environ, reason="SEGUE_SHARED names no folder with real histories")
@pytest.mark.parametrize("name", REAL)
def test_real_histories_are_read_in_full(name: str) -> None:
    count, mapping = REAL[name]

    history = inspect(Path(os.environ["SEGUE_SHARED"]) / "data" / "histories" / name)

    assert sum(1 for record in records(history) if len(record) == len(history.columns)) == count
    assert history.request | mapping == history.request
