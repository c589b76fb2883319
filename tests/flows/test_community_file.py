"""A community file is told by what it holds, and says of people no more than a number."""

import gzip
import json
from pathlib import Path

import pytest

from flows.community import land_community
from flows.sources.community_file import Record, inspect
from flows.sources.text_file import NotAHistory

HETREC_ARTISTS = "id\tname\turl\tpictureURL\r\n51\tDuran Duran\thttp://x\t\r\n52\tMorcheeba\thttp://y\t\r\n"
HETREC_PLAYS = "userID\tartistID\tweight\r\n2\t51\t13883\r\n4\t52\t7\r\n2\t52\t11690\r\n"


def files(folder: Path, **texts: str) -> list[Path]:
    paths = [folder / name.replace("__", ".") for name in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text, newline="")
    return paths


def read(*paths: Path) -> list[Record]:
    return [record for file in inspect(paths) for record in file.records()]


def test_hetrec_s_numbers_become_names_and_its_other_files_are_passed_over(tmp_path: Path) -> None:
    tags = "userID\tartistID\ttagID\tday\tmonth\tyear\r\n2\t52\t13\t1\t4\t2009\r\n"

    assert read(*files(tmp_path, a__dat=HETREC_PLAYS, b__dat=tags, c__dat=HETREC_ARTISTS)) == [
        {"listener": "1", "artist": "Duran Duran", "plays": "13883"},
        {"listener": "2", "artist": "Morcheeba", "plays": "7"},
        {"listener": "1", "artist": "Morcheeba", "plays": "11690"},
    ]


def test_hetrec_without_its_names_says_which_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(NotAHistory, match=r"artists\.dat"):
        read(*files(tmp_path, a__dat=HETREC_PLAYS))


def test_a_line_of_numbers_is_a_listener_and_their_items_which_are_nobody_s_name(tmp_path: Path) -> None:
    path = tmp_path / "train.txt.gz"
    path.write_bytes(gzip.compress(b"0 311 5 9\n7\n8 311 \n"))

    assert [(row["listener"], row["artist"]) for row in read(path)] == [
        *[("1", "#311"), ("1", "#5"), ("1", "#9")],
        ("2", "#311"),
    ]


def test_a_listen_dump_gives_a_record_per_listen_and_what_is_none_is_said(tmp_path: Path) -> None:
    listen = {"user_name": "rob", "timestamp": 1_500_000_000, "track_metadata": {"artist_name": "Low", "track_name": 7}}
    lines = [json.dumps(listen), "", '{"user_name": "rob"}', "{"]

    assert read(*files(tmp_path, a__listens="\n".join(lines))) == [
        {"listener": "1", "artist": "Low", "at": "1500000000"},
        {"unusable": "no listen"},
        {"unusable": "no listen"},
    ]


@pytest.mark.parametrize(
    "text",
    [
        "plays;artist;user\n7;Low;rob\n",
        "rob\tLow\t7\n",
        "rob,Low,7\n",
        "sha1\tmbid\tLow\t7\n",
        "\ufeffUser ID,Artist Name,Playcount,more\nrob,Low,7,x\n",
    ],
)
def test_triplets_are_known_by_header_or_by_their_columns(tmp_path: Path, text: str) -> None:
    assert read(*files(tmp_path, a__csv=text)) == [{"listener": "1", "artist": "Low", "plays": "7"}]


@pytest.mark.parametrize("text", ["", "\x00\x01\n", "hello\n", "a,b,c,d,e\n", "rob,Low,x\nrob,Low,often\n"])
def test_what_is_no_community_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(NotAHistory, match=r"^[^\n]*: [^\n]*$"):
        read(*files(tmp_path, a__csv=text))


def test_the_same_content_lands_once_and_under_no_name(tmp_path: Path) -> None:
    plain, renamed = files(tmp_path, robs__csv="rob,Low,7\n", anns__csv="ann,Low,7\n")
    landed = {land_community(inspect([path])[0], tmp_path / "bronze", lambda _: None) for path in (plain, renamed)}

    (page,) = (tmp_path / "bronze").rglob("*.json.gz")
    assert landed == {page.parent.name}
    assert not any(name in gzip.decompress(page.read_bytes()).decode() + str(page) for name in ("rob", "ann"))
