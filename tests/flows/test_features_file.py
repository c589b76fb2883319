"""A table of audio features is told by its header, whatever its columns are called."""

import zipfile
from pathlib import Path

import pytest

from flows.features import land_features
from flows.sources.features_file import Record, inspect
from flows.sources.text_file import NotAHistory

FEATURES = "acousticness,danceability,energy,instrumentalness,liveness,loudness,speechiness,tempo,valence"
CELLS = ".1,.2,.3,.4,.5,-6,.7,120,.9"


def read(folder: Path, header: str, *rows: str) -> list[Record]:
    path = folder / "tracks.csv"
    path.write_text("\n".join([f"{header},{FEATURES}", *rows, ""]))
    return [record for file in inspect([path]) for record in file.records()]


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        ("\ufeffgenre,artist_name,track_name,track_id", "Pop,Low,Monkey,1", {"artist": "Low", "genre": "Pop"}),
        (
            ",track_id,artists,album_name,track_name,track_genre",
            "0,1,A;B,X,Monkey,pop",
            {"artists": "A;B", "genre": "pop"},
        ),
        ("id,name,artists,year", "1,Monkey,\"['A', 'B']\",2005", {"artists": "['A', 'B']"}),
        ("track_id,track_name,track_artist,playlist_genre", "1,Monkey,Low,pop", {"artist": "Low", "genre": "pop"}),
    ],
)
def test_the_layouts_that_go_around_are_read(tmp_path: Path, header: str, row: str, said: Record) -> None:
    (record,) = read(tmp_path, header, f"{row},{CELLS}")

    assert record.items() >= {**said, "track": "Monkey", "spotify_id": "1", "tempo": "120", "loudness": "-6"}.items()


def test_a_row_that_ends_early_lacks_what_is_missing_and_one_too_long_is_unusable(tmp_path: Path) -> None:
    short, long = read(tmp_path, "artist,track", "Low,Monkey,.1", f"Low,Monkey,{CELLS},more")

    assert short == {"artist": "Low", "track": "Monkey", "acousticness": ".1"}
    assert long["unusable"] == "more fields than columns"


def test_a_download_is_read_as_it_comes_and_lands_once(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as archive:
        archive.writestr("tracks.csv", f"artist,track,{FEATURES}\nLow,Monkey,{CELLS}\n")
        archive.writestr("readme.txt", "about it")

    landed = {
        land_features(one, tmp_path / "bronze", lambda _: None) for one in inspect([tmp_path / "archive.zip"] * 2)
    }
    (page,) = (tmp_path / "bronze").rglob("*.json.gz")
    assert landed == {page.parent.name}


@pytest.mark.parametrize("text", ["artist,track,time\nLow,Monkey,1\n", f"track,{FEATURES}\n", "\x89PNG", "{}", ""])
def test_what_is_no_table_of_features_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "tracks.csv"
    path.write_bytes(text.encode("latin-1"))

    with pytest.raises(NotAHistory, match=r"^[^\n]*: [^\n]*$"):
        inspect([path])
