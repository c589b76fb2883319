"""Servers on loopback for the tests of sources: one that says what it is told to, and a small faithful Last.fm."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote

Form = dict[str, str]


@dataclass
class Said:
    """One reply as the server sends it; `cut` announces a longer body than it sends."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False


@dataclass
class Server:
    url: str
    forms: list[Form] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


@contextmanager
def serving(answer: Callable[[Form], Said]) -> Iterator[Server]:
    """A server that answers every form, and every query with its path; it remembers what it was asked."""
    server = Server("")
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.reply_to(dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode())))

        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            self.reply_to({"path": unquote(path), **dict(parse_qsl(query))})

        def reply_to(self, form: Form) -> None:
            with lock:
                server.forms.append(form)
                server.headers.append(dict(self.headers))
                server.lines.append(self.requestline)
                said = answer(form)
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body) + (100 if said.cut else 0)))
            self.end_headers()
            self.wfile.write(said.body)
            self.close_connection = said.cut

        def log_message(self, format: str, *args: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{listening.server_address[1]}/2.0/"
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


def as_json(content: object, status: int = 200) -> Said:
    return Said(json.dumps(content).encode(), status)


def error(code: int | str, message: str = "said so", status: int = 200) -> Said:
    return as_json({"error": code, "message": message}, status)


@dataclass
class SmallListenBrainz:
    """Answers get-listens as ListenBrainz does, unless a fault comes first; `plays` are seconds since 1970."""

    user: str = "Anna"
    plays: list[int] = field(default_factory=list)
    most: int = 100
    faults: list[Callable[[Form], Said | None]] = field(default_factory=list)

    def __call__(self, form: Form) -> Said:
        for fault in self.faults:
            said = fault(form)
            if said is not None:
                return said
        if form["path"].lower() != f"/2.0/1/user/{self.user.lower()}/listens":
            return as_json({"code": 404, "error": "Cannot find user"}, status=404)
        heard = sorted((time for time in self.plays if time < int(form["max_ts"])), reverse=True)
        rows = [listen(time) for time in heard[: min(int(form["count"]), self.most)]]
        ends = {"latest_listen_ts": max(self.plays, default=0), "oldest_listen_ts": min(self.plays, default=0)}
        payload = {"count": len(rows), "listens": rows, "user_id": self.user, **ends}
        return Said(json.dumps({"payload": payload}).encode(), headers={"X-RateLimit-Remaining": "29"})


def listen(time: int) -> dict[str, Any]:
    """One listen, in the members that a recorded answer has."""
    about = {"artist_name": "Portishead", "track_name": f"Track {time}", "release_name": "Dummy"}
    more = {"artist_mbids": [], "listening_from": "spotify", "recording_mbid": "", "tags": []}
    return {"listened_at": time, "recording_msid": "ae29", "track_metadata": about | {"additional_info": more}}


@dataclass
class SmallLastFm:
    """Answers user.getRecentTracks and user.getInfo as Last.fm does, unless a fault comes first."""

    user: str = "Anna"
    plays: list[int] = field(default_factory=list)
    now_playing: str = ""
    faults: list[Callable[[Form], Said | None]] = field(default_factory=list)

    def __call__(self, form: Form) -> Said:
        for fault in self.faults:
            said = fault(form)
            if said is not None:
                return said
        if form["user"].lower() != self.user.lower():
            return error(6, "User not found", status=404)
        if form["method"] == "user.getInfo":
            return as_json({"user": {"name": self.user, "playcount": str(len(self.plays))}})
        return as_json(self.recent_tracks(form))

    def recent_tracks(self, form: Form) -> dict[str, Any]:
        since, until = int(form.get("from", 0)), int(form.get("to", 10**10))
        heard = sorted((time for time in self.plays if since <= time < until), reverse=True)
        page, limit = int(form["page"]), int(form["limit"])
        rows = [row(time) for time in heard[(page - 1) * limit : page * limit]]
        if self.now_playing:
            rows.insert(0, {"name": self.now_playing, "artist": {"#text": "A"}, "@attr": {"nowplaying": "true"}})
        track: object = rows[0] if len(rows) == 1 else rows
        numbers = {"page": page, "perPage": limit, "total": len(heard), "totalPages": -(-len(heard) // limit)}
        attributes = {name: str(number) for name, number in numbers.items()} | {"user": self.user}
        return {"recenttracks": {"track": track, "@attr": attributes}}


def row(time: int) -> dict[str, Any]:
    return {"name": f"Track {time}", "artist": {"#text": "Portishead"}, "date": {"uts": str(time), "#text": "then"}}
