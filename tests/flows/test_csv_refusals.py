"""A file that is no listening history is refused in one line that says why and what to do."""

import gzip
import os
from pathlib import Path

import pytest

from flows.histories import understand
from flows.sources.text_file import NotAHistory

HEADER = "artist,album,track,uts\n"
BLUR = "Blur,13,Tender,1555612930\n"


def file_of(folder: Path, content: bytes) -> Path:
    path = folder / "plays.csv"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"\xff\xfe", "is empty"),
        (HEADER.encode(), "has a header but no plays"),
        (b"\x89PNG\r\n\x1a\n\x00", "is a picture"),
        (gzip.compress(b"PK\x03\x04rest", mtime=0), "is a zip archive inside another file"),
        (b"SQLite format 3\x00", "is an SQLite database"),
        (b"\x00\x01\x02\x03", "is not text"),
        (b'[{"track": 1}]', "is JSON in an unknown format, without a column for the artist or the time"),
        (b'{"recenttracks": {"x": 1},\n"y": 2}', "is JSON without a list of plays"),
        (b"\n<!DOCTYPE html><html>", "is a web page"),
        (b"one,two,three\n1,2,3\n", "no column that looks like the time of plays"),
        (b"just a line of prose\n", "no column that looks like"),
        (HEADER.encode() + "Björk,Début,Señorita,1555612930\n".encode("latin-1"), "an encoding other than UTF-8"),
        (gzip.compress((HEADER + BLUR * 999).encode(), mtime=0)[:-9], "is a gzip file that is damaged or cut short"),
        (
            gzip.compress((HEADER + BLUR).encode(), mtime=0)[:-8] + bytes(8),
            "is a gzip file that is damaged or cut short",
        ),
        (gzip.compress(gzip.compress(HEADER.encode(), mtime=0), mtime=0), "gzip twice"),
        ((HEADER + BLUR + '"Blur,13,Tender,1\n' + BLUR * 500).encode(), "has a row at line 3 that does not end"),
        ((HEADER + BLUR + 'Blur,13,"Tend').encode(), "has a row at line 3 that does not end"),
    ],
)
def test_what_is_no_history_is_refused_in_one_line(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(NotAHistory) as refusal:
        understand(file_of(tmp_path, content))

    assert says in str(refusal.value) and "plays.csv" in str(refusal.value) and "\n" not in str(refusal.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotAHistory, match="does not exist"):
        understand(tmp_path / "none.csv")
    with pytest.raises(NotAHistory, match="is a folder"):
        understand(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = file_of(tmp_path, (HEADER + BLUR).encode())
    path.chmod(0)

    with pytest.raises(NotAHistory, match="cannot be read by this user"):
        understand(path)
