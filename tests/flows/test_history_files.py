"""Exports of every service are known by their content; what would do harm is refused in one line."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.histories import found
from flows.sources import json_text
from flows.sources.mapping import BadMapping, read_mapping
from flows.sources.text_file import NotAHistory

LASTFM: dict[str, Any] = {
    "timestamp": {"iso": "2014-11-01T00:01:05", "unixtimestamp": 1414800065},
    "track": {"name": "Roads", "artist": {"name": "Portishead"}},
}
LISTEN: dict[str, Any] = {
    "listened_at": 1587245842,
    "track_metadata": {"artist_name": "SOHN", "track_name": "Signal"},
}
STREAM: dict[str, Any] = {
    "ts": "2024-02-29T16:09:06Z",
    "ms_played": 197700,
    "master_metadata_track_name": "Roads",
    "master_metadata_album_artist_name": "Portishead",
    "episode_name": None,
}
ACCOUNT: dict[str, Any] = {
    "endTime": "2022-11-01 22:00",
    "artistName": "Portishead",
    "trackName": "Roads",
    "msPlayed": 81210,
}
SCROBBLE: dict[str, Any] = {"time": 1650684324, "track": {"artists": ["Portishead"], "title": "Roads"}}
KOITO: dict[str, Any] = {
    "listened_at": "2025-06-01T12:00:00Z",
    "track": {"aliases": [{"alias": "Roads", "is_primary": True}]},
    "artists": [{"aliases": [{"alias": "Portishead", "is_primary": True}]}],
}
FLAT = {"band": "Portishead", "song": "Roads", "when": 1414800065}


def file_of(folder: Path, content: object, name: str = "history.json") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


def zip_of(folder: Path, **files: object) -> Path:
    with zipfile.ZipFile(folder / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(
                name.replace("__", "/").replace("_json", ".json"),
                content if isinstance(content, bytes) else json.dumps(content),
            )
    return folder / "export.zip"


def lines_of(*records: object) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def bodies(path: Path, said: Callable[[str], None] = lambda _: None) -> list[str]:
    return [body for history in found(path, said) for body, _ in history.bodies()]


@pytest.mark.parametrize(
    ("content", "is_called"),
    [
        ([LASTFM], "Last.fm's data export"),
        ([LISTEN], "ListenBrainz export"),
        (lines_of(LISTEN), "ListenBrainz export"),
        (lines_of(LISTEN, LISTEN), "ListenBrainz export"),
        ({"payload": {"count": 1, "listens": [LISTEN]}}, "ListenBrainz export"),
        ([STREAM], "Spotify extended streaming history"),
        ([ACCOUNT], "Spotify account data"),
        ({"maloja": {"export_time": 1}, "scrobbles": [SCROBBLE]}, "Maloja export"),
        ({"version": "1", "user": "ann", "listens": [KOITO]}, "Koito export"),
        (
            lines_of({"artist": "Portishead", "title": "Roads", "played_at": 1414800065}),
            "JSON lines: artist, title, played_at",
        ),
    ],
)
def test_a_service_is_known_by_what_its_records_hold(tmp_path: Path, content: object, is_called: str) -> None:
    (history,) = found(file_of(tmp_path, content, "whatever.txt"), print)

    assert str(history) == is_called


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("packed", [bytes, gzip.compress])
def test_records_land_one_a_line_as_they_are(
    tmp_path: Path, indent: int | None, packed: Callable[[bytes], bytes]
) -> None:
    content = json.dumps([LASTFM, LASTFM | {"x": "a\nb"}], indent=indent).encode()

    (body,) = bodies(file_of(tmp_path, packed(content)))
    assert [json.loads(line) for line in body.split("\n")] == [LASTFM, LASTFM | {"x": "a\nb"}]


def test_a_line_that_is_no_json_costs_itself_alone(tmp_path: Path) -> None:
    (body,) = bodies(file_of(tmp_path, lines_of(LISTEN, LISTEN) + b'{"listened_at": \n' + lines_of(LISTEN)))

    assert body.split("\n")[2] == '{"listened_at":' and len(body.split("\n")) == 4


def test_the_files_of_an_export_are_one_history_and_what_is_none_is_passed_over(tmp_path: Path) -> None:
    said: list[str] = []
    path = zip_of(
        tmp_path, listens__2024__1_json=[LISTEN], listens__2024__2_json=[LISTEN], user_json={"id": 1}, logo=b"\x89PNG"
    )

    (history,) = found(path, said.append)
    assert str(history) == "ListenBrainz export, 2 files"
    assert len(said) == 1 and said[0].startswith("skipped user.json: is JSON")


def test_a_folder_is_looked_through_and_archives_in_it(tmp_path: Path) -> None:
    zip_of(tmp_path, a_json=[STREAM])
    (tmp_path / "more").mkdir()
    file_of(tmp_path / "more", b"artist,track,uts\nBlur,Tender,1555612930\n", "plays.csv")
    file_of(tmp_path, b"hidden", ".notes.csv")

    assert [history.source for history in found(tmp_path, print)] == ["spotify", "csv"]


def test_spotifys_videos_are_told_by_the_name_of_their_file(tmp_path: Path) -> None:
    path = zip_of(tmp_path, Streaming_History_Audio_1_json=[STREAM], Streaming_History_Video_1_json=[STREAM])

    assert [history.request for history in found(path, print)] == [{}, {"kind": "video"}]


def test_columns_may_be_named(tmp_path: Path) -> None:
    mapped = read_mapping("artist=track.by, track=track.name,time=when")
    record = {"track": {"by": "Portishead", "name": "Roads"}, "when": 1414800065, "tags": ["a", "b"], "none": None}

    (history,) = found(file_of(tmp_path, [record]), print, mapped)
    assert history.request == {"artist": "track.by", "track": "track.name", "time": "when"}
    assert json.loads(next(history.bodies())[0]) == [
        {"track.by": "Portishead", "track.name": "Roads", "when": "1414800065", "tags": "a, b"}
    ]


def test_columns_of_a_csv_may_be_named_or_numbered(tmp_path: Path) -> None:
    path = file_of(tmp_path, b"1,Blur,Tender,1555612930\n", "plays.csv")

    (history,) = found(path, print, read_mapping("artist=2,track=3,time=4"))
    assert json.loads(next(history.bodies())[0]) == [{"1": "1", "2": "Blur", "3": "Tender", "4": "1555612930"}]


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("artist", "--map has no column for the artist"),
        ("artist=a,track=b", "for the time"),
        ("who=x", "--map contains 'who'"),
    ],
)
def test_a_mapping_that_is_not_understood_is_refused(written: str, says: str) -> None:
    with pytest.raises(BadMapping, match=says):
        read_mapping(written)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'[{"listened_at": 1, "track_metadata": {"track_name": "x"}}, {"listened_at"', "damaged or cut short"),
        (b"[" * 200_000, "nested too deeply"),
        (b'[{"x": ' + b"[" * 200_000, "nested too deeply"),
        (b'{"x": "' + b"x" * (3 << 20) + b'"}\n', "damaged or cut short|or has more than"),
        (
            lines_of(LISTEN, LISTEN) + b'{"x": "' + b"x" * (3 << 20) + b'"}\n',
            "is damaged or has more than 1 million characters in line 3",
        ),
        (b"[]", "without plays"),
        (b'{"a": [1],\n "b": {}}', "without a list of plays"),
        (
            '[{"ts": "1", "ms_played": 1, "spotify_track_uri": "Björk"}]'.encode("latin-1"),
            "an encoding other than UTF-8",
        ),
        (lines_of(FLAT).replace(b"when", b"\xff\xfe"), "an encoding other|without a column"),
        (lines_of({"a": 1, "b": 2}), "without a column for the artist or the track or the time .its columns: a, b."),
        (gzip.compress(b"[" + b" " * (100 << 20), mtime=0), "unpacks to more than 200 times its size"),
        (b"PK\x03\x04 and no more", "a zip archive that is damaged or cut short"),
    ],
)
def test_what_is_no_history_is_refused_in_one_line(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(NotAHistory, match=says) as refusal:
        bodies(file_of(tmp_path, content))

    assert "\n" not in str(refusal.value)


def test_an_archive_that_would_fill_the_disk_or_lead_elsewhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAHistory, match="unpacks to more than 200 times its size"):
        found(zip_of(tmp_path, a_json=b"[" + b" " * (100 << 20)), print)
    with pytest.raises(NotAHistory, match="path leads outside the archive"):
        found(zip_of(tmp_path, **{"..__..__a_json": [STREAM]}), print)
    with pytest.raises(NotAHistory, match="contains no listening history"):
        found(zip_of(tmp_path, readme=b"text"), print)


RECORDS = st.lists(st.dictionaries(st.text(max_size=3), st.text(max_size=8) | st.integers() | st.none(), max_size=3))


@settings(max_examples=80, deadline=None)
@given(records=RECORDS, indent=st.sampled_from([None, 1]), chunk=st.integers(1, 40))
def test_whatever_stands_in_a_document_comes_back(records: list[Any], indent: int | None, chunk: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(json_text, "CHUNK", chunk)
        for document in (records, {"other": {"listens": 1}, "listens": records}):
            text = json.dumps(document, indent=indent)
            assert [json.loads(one) for one in json_text.elements(Path("x"), io.StringIO(text))] == records
