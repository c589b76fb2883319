"""A small Prefect server on loopback: it knows the deployments, takes runs, and has them come into the states told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

from ui.runs import DEPLOYMENTS, ENRICHED

IDS = {name: str(uuid4()) for name in DEPLOYMENTS}


@dataclass
class FakePrefect:
    """What the server holds; tests change it while it runs."""

    url: str = ""
    runs: list[dict[str, Any]] = field(default_factory=list)
    enriched: int | None = None

    def begin(self, deployment: str, **parameters: Any) -> dict[str, Any]:
        """A run that was asked for now."""
        run = {
            "id": str(uuid4()),
            "deployment_id": IDS[deployment],
            "name": deployment,
            "parameters": parameters,
            "expected_start_time": _now(),
        }
        self.goes(run, "SCHEDULED")
        self.runs.append(run)
        return run

    def goes(self, run: dict[str, Any], state: str, message: str | None = None) -> None:
        """The run comes into a state."""
        run |= {"state_type": state, "state": {"type": state, "message": message}}
        if state == "RUNNING":
            run["start_time"] = _now()
        if state in ("COMPLETED", "FAILED", "CRASHED"):
            run["end_time"] = _now()

    def answer(self, path: str, body: dict[str, Any]) -> Any:
        """What is sent for a request."""
        if path.startswith("/deployments/name/"):
            return {"id": IDS[path.rsplit("/", 1)[1]]}
        if path == "/deployments/filter":
            return [{"id": IDS[name], "name": name} for name in body["deployments"]["name"]["any_"]]
        if path == "/flow_runs/filter":
            return list(filter(_wanted(body["flow_runs"]), reversed(self.runs)))[: body["limit"]]
        if path == "/artifacts/latest/filter":
            return [] if self.enriched is None else [{"key": ENRICHED, "data": self.enriched, "created": _now()}]
        deployment = next(name for name, each in IDS.items() if each in path)
        return self.begin(deployment, **body["parameters"])


@contextmanager
def fake_prefect() -> Iterator[FakePrefect]:
    """The server, while the block lasts."""
    fake = FakePrefect()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _answer(self, body: dict[str, Any]) -> None:
            said = json.dumps(fake.answer(self.path.removeprefix("/api"), body)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.url = f"http://127.0.0.1:{listening.server_address[1]}/api"
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield fake
    listening.shutdown()
    listening.server_close()


def _wanted(asked: dict[str, Any]) -> Any:
    ids = asked.get("id", {}).get("any_")
    states = asked.get("state", {}).get("type", {}).get("any_")
    after = asked.get("expected_start_time", {}).get("after_", "")
    return lambda run: (
        (ids is None or run["id"] in ids)
        and (states is None or run["state_type"] in states)
        and run["expected_start_time"] >= after
    )


def _now() -> str:
    return datetime.now(UTC).isoformat()
