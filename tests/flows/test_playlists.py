"""`segue playlist`: a list as a file, or written to ListenBrainz with nothing dropped in silence."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from flows.cli import main
from tests.ui.stores import History, publish, track
from ui.database.engine import open_database
from ui.playlists import ListedTrack, Playlists

TOKEN = "3f1c0ffee-token"
PLAYLIST = "6f5f4d2e-0000-4000-8000-000000000001"
Segue = Callable[..., str]


class SmallListenBrainz:
    """Takes playlists as ListenBrainz does, and remembers what it was sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any, str]] = []
        self.answers: list[tuple[int, object]] = []
        self.url = ""


@pytest.fixture
def service() -> Iterator[SmallListenBrainz]:
    small = SmallListenBrainz()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            small.sent.append((self.path, content["playlist"], self.headers["Authorization"]))
            said = {"status": "ok", "playlist_mbid": PLAYLIST}
            status, answer = small.answers.pop(0) if small.answers else (200, said)
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    small.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield small
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def segue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], service: SmallListenBrainz
) -> Segue:
    """Runs a command over ada's list, of which so many tracks have a recording; gives what it printed."""
    monkeypatch.setenv("SEGUE_HOME", str(tmp_path))
    monkeypatch.setenv("LISTENBRAINZ_API_URL", service.url)
    monkeypatch.setenv("LISTENBRAINZ_TOKEN", TOKEN)
    monkeypatch.setenv("SEGUE_DATABASE_URL", "")

    def run(*words: str, tracks: int = 3, recordings: int = 2) -> str:
        rows = [track(f"Song {number}", f"Artist {number}") for number in range(tracks)]
        version = str(len(list((tmp_path / "served").glob("segue-*"))))
        path = publish(tmp_path / "served", version, [History("ada", rows)])
        known = [(row["track_id"], mbid(place)) for place, row in enumerate(rows[:recordings])]
        with closing(sqlite3.connect(path)) as store, store:
            store.executemany("INSERT INTO recordings VALUES (?, ?)", known)
        monkeypatch.setattr("sys.argv", ["segue", "playlist", *words])
        with pytest.raises(SystemExit):
            main()
        return "".join(capsys.readouterr())

    return run


def mbid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


def test_a_list_is_written_in_its_order_and_what_is_left_out_is_named(segue: Segue, service: SmallListenBrainz) -> None:
    said = segue("export", "ada", "--to", "listenbrainz")

    ((path, playlist, authorization),) = service.sent
    assert (path, authorization) == ("/1/playlist/create", f"Token {TOKEN}")
    assert [one["identifier"] for one in playlist["track"]] == [
        f"https://musicbrainz.org/recording/{mbid(place)}" for place in range(2)
    ]
    assert playlist["extension"] == {"https://musicbrainz.org/doc/jspf#playlist": {"public": False}}
    assert f"2 tracks written, visible to you only: https://listenbrainz.org/playlist/{PLAYLIST}" in said
    assert "1 track left out (no MusicBrainz id):\n  Song 2 by Artist 2" in said


def test_a_long_list_is_written_a_hundred_at_a_time(segue: Segue, service: SmallListenBrainz) -> None:
    segue("export", "ada", "--to", "listenbrainz", "--limit", "230", tracks=230, recordings=230)

    add = f"/1/playlist/{PLAYLIST}/item/add"
    assert [(path, len(sent["track"])) for path, sent, _ in service.sent] == [
        *(("/1/playlist/create", 100), (add, 100), (add, 30))
    ]


@pytest.mark.parametrize("status", [401, 429, 500])
def test_a_refusal_is_one_line_without_the_token_and_nothing_is_sent_twice(
    segue: Segue, service: SmallListenBrainz, status: int
) -> None:
    service.answers = [(status, {"error": f"no, {TOKEN}"})]
    said = segue("export", "ada", "--to", "listenbrainz")

    assert said.startswith("segue: ") and said.count("\n") == 1 and TOKEN not in said
    assert len(service.sent) == 1


def test_without_a_token_or_a_known_recording_nothing_is_asked(
    segue: Segue, service: SmallListenBrainz, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "none of the 3 tracks has the MusicBrainz id" in segue("export", "ada", "--to", "listenbrainz", recordings=0)
    monkeypatch.delenv("LISTENBRAINZ_TOKEN")
    assert "set LISTENBRAINZ_TOKEN" in segue("export", "ada", "--to", "listenbrainz")
    assert service.sent == []


def test_a_kept_playlist_is_listed_and_taken_along_by_its_name(segue: Segue, tmp_path: Path) -> None:
    database = open_database(tmp_path, None)
    Playlists(database).create("ada", "Rainy days", [ListedTrack("a|b", "A", "B")])
    database.close()

    assert "Rainy days, 1 track" in segue("list", "ada")
    assert segue("export", "ada", "--playlist", "Rainy days").startswith("#EXTM3U\n#PLAYLIST:Rainy days\n")
    assert "no playlist 'Snow'" in segue("export", "ada", "--playlist", "Snow")


@pytest.mark.parametrize(("to", "begins"), [("m3u8", "#EXTM3U"), ("xspf", "<?xml"), ("csv", "position"), ("jspf", "{")])
def test_a_list_is_written_as_a_file(segue: Segue, tmp_path: Path, to: str, begins: str) -> None:
    file = tmp_path / "list"

    assert segue("export", "ada", "--to", to, "--output", str(file)).startswith("3 tracks written to ")
    assert file.read_text().startswith(begins) and "Song 2" in file.read_text()
