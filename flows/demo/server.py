"""The embedded server: answers at /2.0/ as Last.fm does, from simulated listeners."""

import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import parse_qsl

import uvicorn
from fastapi import FastAPI, Request, Response

from flows.demo import methods_user
from flows.demo.as_xml import as_xml, error_as_xml
from flows.demo.protocol import BAD_KEY, NO_SUCH_METHOD, Answer, LastfmError, Method, Params, required
from flows.demo.world import World

METHODS: Mapping[str, Method] = {**methods_user.METHODS}
"""Every method by its lower-case name: one module a family."""

HOST = "127.0.0.1"
STARTS_WITHIN_SECONDS = 20.0


class ServerDidNotStart(Exception):
    """The demo server could not be started; says why."""


def demo_app(world: World) -> FastAPI:
    """The application; a slash at the end of the address makes no difference."""
    app = FastAPI(openapi_url=None)

    async def answer(request: Request) -> Response:
        # Last.fm's own clients send parameters in the address, in a form, or some in each.
        pairs = parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
        return respond(world, dict(request.query_params) | dict(pairs))

    for path in ("/2.0", "/2.0/"):
        app.add_api_route(path, answer, methods=["GET", "POST"])
    return app


def respond(world: World, params: Params) -> Response:
    """One request's answer or error, as JSON where `format=json` asks for it and as XML otherwise."""
    wants_json = params.get("format", "").lower() == "json"
    try:
        content = _answered(world, params)
    except LastfmError as error:
        plain = {"message": error.message, "error": error.code}
        body = _json(plain) if wants_json else error_as_xml(error.code, error.message)
        return _response(body, error.status, wants_json=wants_json)
    return _response(_json(content) if wants_json else as_xml(content), 200, wants_json=wants_json)


@contextmanager
def demo_server(world: World, port: int = 0) -> Iterator[str]:
    """Serve in a thread of this process, on any free port unless one is given; yields the API's address."""
    with _listening(port) as listening:
        server = uvicorn.Server(uvicorn.Config(demo_app(world), log_level="warning", access_log=False, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="demo-server", daemon=True)
        thread.start()
        try:
            _wait_until_started(server, thread)
            yield f"http://{HOST}:{listening.getsockname()[1]}/2.0/"
        finally:
            server.should_exit = True
            thread.join()


def _answered(world: World, params: Params) -> Answer:
    method = METHODS.get(required(params, "method").lower())
    if method is None:
        raise LastfmError(NO_SUCH_METHOD, "Invalid Method - No method with that name in this package", 400)
    if not params.get("api_key", "").strip():
        raise LastfmError(BAD_KEY, "Invalid API key - You must be granted a valid key by last.fm", 403)
    return method(world, params)


def _json(content: Answer) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _response(body: bytes, status: int, *, wants_json: bool) -> Response:
    media_type = "application/json" if wants_json else "text/xml; charset=UTF-8"
    return Response(body, status, media_type=media_type, headers={"Access-Control-Allow-Origin": "*"})


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        raise ServerDidNotStart(f"port {port} cannot be used ({error.strerror}): choose another one") from error


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise ServerDidNotStart("the demo server did not start: its log says why")
        time.sleep(0.01)
