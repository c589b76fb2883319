"""`python -m flows.demo` says in one line what is wrong with what it was given."""

import gzip
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from flows.demo.__main__ import main

ARTIST = {
    "name": "Mew",
    "mbid": None,
    "listeners": 20,
    "playcount": 100,
    "tags": [{"name": "indie", "count": 100}],
    "similar": [],
    "albums": [{"name": "Frengers", "tracks": [{"name": "156", "listeners": 10, "playcount": 50}]}],
}


def catalogue(folder: Path, *lines: str) -> Path:
    path = folder / "music.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return path


@pytest.fixture(autouse=True)
def own_signals() -> Iterator[None]:
    """The command waits for signals, and pytest wants its own back."""
    kept = [(ending, signal.getsignal(ending)) for ending in (signal.SIGINT, signal.SIGTERM)]
    yield
    for ending, handler in kept:
        signal.signal(ending, handler)


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line that it leaves on standard error as it fails."""
    assert main(list(arguments)) == 1
    (line,) = capsys.readouterr().err.splitlines()
    return line


def test_another_catalogue_is_served_and_misbehaves_as_told(tmp_path: Path) -> None:
    path = catalogue(tmp_path, json.dumps(ARTIST))
    command = [sys.executable, "-m", "flows.demo", "--port", "0", "--catalogue", str(path), "--misbehave", "html=1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address, _, misbehaviour = (process.stdout.readline() for _ in range(3))
        try:
            answer = httpx.get(address.split()[4], params={"method": "artist.getInfo", "artist": "Mew"}).text
        finally:
            process.terminate()

    assert "with 1 artists" in address and misbehaviour == "misbehaviour: html=1\n"
    assert answer.startswith("<!DOCTYPE html>") and process.returncode == 0


def test_a_missing_catalogue_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = said(capsys, "--catalogue", str(tmp_path / "none.gz"))

    assert "none.gz cannot be read (No such file or directory): use a gzipped JSON file" in line


@pytest.mark.parametrize(
    "content",
    [b"plain text", gzip.compress(b"{}" * 500, mtime=0)[:-9], gzip.compress(b"\xff\xfe", mtime=0), b"\x1f\x8b\x08"],
)
def test_what_is_no_whole_gzip_file_of_text_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    path = tmp_path / "music.jsonl.gz"
    path.write_bytes(content)

    assert "music.jsonl.gz cannot be read (not a complete gzipped text file)" in said(capsys, "--catalogue", str(path))


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "3",
        json.dumps({"name": "Mew"}),
        json.dumps(ARTIST | {"name": 3}),
        json.dumps(ARTIST | {"listeners": "many"}),
        json.dumps(ARTIST | {"tags": [{"name": "indie"}]}),
        json.dumps(ARTIST | {"albums": None}),
        json.dumps(ARTIST | {"similar": [{"name": "Kent", "match": "near"}]}),
    ],
)
def test_a_line_that_is_no_artist_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str) -> None:
    path = catalogue(tmp_path, json.dumps(ARTIST), "", line)

    assert "music.jsonl.gz, line 3, is not an artist (" in said(capsys, "--catalogue", str(path))


def test_a_catalogue_without_a_track_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = catalogue(tmp_path, json.dumps(ARTIST | {"albums": []}))

    assert "contains no artist with a track" in said(capsys, "--catalogue", str(path))


def test_a_wrong_switch_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "--misbehave", "errors=0.1").startswith('"errors" is not a misbehaviour')
