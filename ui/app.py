"""The app: API and page on one port, from one home folder."""

import errno
import gc
import logging
import os
import socket
import threading
import time
from asyncio import CancelledError
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.problems import answer_with_problems
from ui.settings import AppSettings
from ui.store import Store

HOST = "127.0.0.1"
DEFAULTS = AppSettings()
READY_WITHIN = 60.0

# What a browser may load for the page: only what this server sends. Gradio compiles its templates in the browser.
CONTENT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none';"
    " base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
HEADERS = (
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


class CannotListen(Exception):
    """The app cannot listen on this host and port; the message says why and what to do."""

    def __init__(self, host: str, port: int, error: OSError) -> None:
        if error.errno == errno.EADDRINUSE:
            super().__init__(f"port {port} on {host} is in use: stop the process that uses it, or choose another port")
        else:
            why = error.strerror or error
            super().__init__(f"cannot listen on port {port} of {host} ({why}): choose another port or host")


class NotReady(Exception):
    """The app ended, or took too long to start."""


def create_app(home: Path, settings: AppSettings = DEFAULTS) -> FastAPI:
    """The app for `home`'s served store, in which nothing needs to be published yet. Raises `BadDatabase`."""
    # Gradio reads these when it is imported: nothing about a listener may leave this machine.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    from ui.api import routes
    from ui.api.ready import AnswerReady, ReadyLists
    from ui.api.refusals import answer_with_refusals
    from ui.guard import Guard
    from ui.metrics import Measured, Metrics
    from ui.page import mount
    from ui.state import open_state

    store = Store(home / "served")
    state = open_state(home, settings, store.aliases)
    # FastAPI's own documentation pages load scripts from a CDN; /openapi.json stays.
    app = FastAPI(title="Segue", version="1", docs_url=None, redoc_url=None, lifespan=state.lifespan)
    answer_with_problems(app)
    answer_with_refusals(app)
    ready = ReadyLists(store, state.memory)
    metrics = Metrics(store)
    app.include_router(routes(store, state, ready, metrics))
    mount(app, home, store, state)
    app.add_middleware(AnswerReady, ready=ready)
    # Middleware added later runs earlier: only the two below, which do not act on the request, run before the guard.
    app.add_middleware(Guard, settings=settings, tokens=state.tokens)
    app.add_middleware(SafeHeaders)
    app.add_middleware(Measured, metrics=metrics)
    return app


def serve(home: Path, port: int, host: str = HOST, settings: AppSettings = DEFAULTS) -> None:
    """Serve until interrupted; raises `CannotListen`, `BadDatabase`."""
    with _listening(host, port) as listening:
        server = _server(create_app(home, settings))
        # Objects made so far live on: collecting garbage among them would delay every request by 0.1 s.
        gc.collect()
        gc.freeze()
        server.run(sockets=[listening])


@dataclass(frozen=True)
class Running:
    """The app in a thread of this process."""

    url: str
    _thread: threading.Thread
    _server: "_Started"

    def wait_until_ready(self, timeout: float = READY_WITHIN) -> None:
        """Wait until the app answers; raises `NotReady`."""
        deadline = time.monotonic() + timeout
        while not self._server.answers:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise NotReady(f"the app at {self.url} did not start")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop the app and wait until it has ended."""
        self._server.stop()
        self._thread.join()


def start(home: Path, port: int, host: str = HOST, settings: AppSettings = DEFAULTS) -> Running:
    """Serve in a thread; port 0 means any free one. Raises `CannotListen` at once, and does not wait for the start."""
    listening = _listening(host, port)
    started = _Started()
    thread = threading.Thread(target=started.run, args=(home, settings, listening), name="segue-app", daemon=True)
    thread.start()
    return Running(f"http://{host}:{listening.getsockname()[1]}", thread, started)


class _Started:
    """A server that is created in the thread that runs it, since importing Gradio takes seconds."""

    def __init__(self) -> None:
        self._server: uvicorn.Server | None = None
        self._stopping = False

    @property
    def answers(self) -> bool:
        return self._server is not None and self._server.started

    def run(self, home: Path, settings: AppSettings, listening: socket.socket) -> None:
        with listening:
            self._server = _server(create_app(home, settings))
            self._server.should_exit = self._stopping
            self._server.run(sockets=[listening])

    def stop(self) -> None:
        self._stopping = True
        if self._server is not None:
            self._server.should_exit = True


def _server(app: FastAPI) -> uvicorn.Server:
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
    logging.getLogger("uvicorn.error").addFilter(_not_about_leaving)
    return uvicorn.Server(config)


def _not_about_leaving(record: logging.LogRecord) -> bool:
    # An open page keeps a connection until it is closed: cutting that at shutdown is no error to report.
    cut = record.exc_info is not None and record.exc_info[0] is CancelledError
    return not cut and "timeout graceful shutdown exceeded" not in str(record.msg)


def _listening(host: str, port: int) -> socket.socket:
    # asyncio switches off Nagle's delay (40 ms per answer) only if the socket's protocol is given.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        # Listening now makes a second start fail at once, and early visitors wait instead of being refused.
        listening.listen(2048)
    except OSError as error:
        listening.close()
        raise CannotListen(host, port, error) from None
    return listening


class SafeHeaders:
    """Adds security headers to every answer, which restrict the page to this server's resources."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *HEADERS]
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)
