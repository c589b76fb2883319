"""Exports: every format can be read again, whatever the names are, and none of them does anything."""

import csv
import io
import json
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.exports import XSPF, Format, export
from ui.links import links
from ui.playlists import ListedTrack

TEARDROP = ListedTrack("teardrop|massive attack", "Teardrop", "Massive Attack", "Mezzanine", 330_000)
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
tracks = st.lists(st.builds(ListedTrack, names, names, names, st.none() | names), max_size=4)


def text(file_format: Format, title: str, listed: list[ListedTrack]) -> str:
    return export(file_format, title, listed).content.decode()


def test_a_playlist_file_names_its_tracks_and_where_to_look_for_them() -> None:
    assert text(Format.M3U8, "Night", [TEARDROP]).splitlines() == [
        "#EXTM3U",
        "#PLAYLIST:Night",
        "#EXTINF:330,Massive Attack - Teardrop",
        "#EXTALB:Mezzanine",
        "https://www.youtube.com/results?search_query=Massive+Attack+Teardrop",
    ]


@given(names, tracks)
def test_a_name_makes_no_line_of_a_playlist_file(title: str, listed: list[ListedTrack]) -> None:
    lines = text(Format.M3U8, title, listed).split("\n")

    assert sum(not line.startswith("#") for line in lines) == len(listed) + 1
    assert sum(line.startswith("#EXTINF") for line in lines) == len(listed)


@given(names, tracks)
def test_every_list_is_well_formed_xml_with_each_track(title: str, listed: list[ListedTrack]) -> None:
    playlist = Xml.fromstring(text(Format.XSPF, title, listed))

    assert len(playlist.findall(f"{{{XSPF}}}trackList/{{{XSPF}}}track")) == len(listed)


@given(names, tracks)
def test_json_gives_names_back_as_they_are(title: str, listed: list[ListedTrack]) -> None:
    own = json.loads(text(Format.JSON, title, listed))["tracks"]
    shared = json.loads(text(Format.JSPF, title, listed))["playlist"]["track"]

    assert [each["track_name"] for each in own] == [each["title"] for each in shared]
    assert [each["track_name"] for each in own] == [each.track_name for each in listed]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\uff1d1", '=HYPERLINK("http://x")'])
def test_a_spreadsheet_computes_nothing(name: str) -> None:
    rows = list(csv.reader(io.StringIO(text(Format.CSV, "Night", [ListedTrack(name, name, name, name)]))))

    assert rows[1] == ["1", f"'{name}", f"'{name}", f"'{name}", "", f"'{name}"]


def test_nor_does_one_that_parts_cells_by_semicolons() -> None:
    content = text(Format.CSV, "Night", [ListedTrack("a; =1+1;b;c", "A", "B", None)])

    assert [cell for row in csv.reader(io.StringIO(content), delimiter=";") for cell in row if cell[:2] == " ="] == []
    assert "a;' =1+1;b;c" in content


def test_a_filename_holds_nothing_of_a_hostile_title() -> None:
    assert export(Format.CSV, '../../etc/"passwd"\r\nX: y', []).filename == "etc-passwd-x-y.csv"
    assert export(Format.XSPF, "夜", []).filename == "playlist.xspf"


def test_links_escape_names() -> None:
    found = links('AC/DC "&"', "Back + Black\u202e")

    assert found.lastfm == "https://www.last.fm/music/AC%252FDC+%22%26%22/_/Back+%252B+Black%E2%80%AE"
    assert found.spotify.startswith("https://open.spotify.com/search/AC%2FDC%20%22%26%22")
    assert links("a", "b", "x&y").youtube == "https://www.youtube.com/watch?v=x%26y"
