"""The embedded server: answers at /2.0/ as Last.fm does, from simulated listeners and a catalogue."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import parse_qsl

import uvicorn
from fastapi import FastAPI, Request, Response

from flows.demo import methods_album, methods_artist, methods_tag, methods_track, methods_user
from flows.demo.calls import Calls
from flows.demo.faults import disturbed
from flows.demo.misbehaviour import Misbehaviour
from flows.demo.protocol import BAD_KEY, NO_SUCH_METHOD, Answer, LastfmError, Method, Params, required
from flows.demo.responses import answer_response, error_response
from flows.demo.world import World

METHODS: Mapping[str, Method] = {
    **methods_user.METHODS,
    **methods_artist.METHODS,
    **methods_album.METHODS,
    **methods_track.METHODS,
    **methods_tag.METHODS,
}
"""Every method by its lower-case name: one module a family."""

HOST = "127.0.0.1"
STARTS_WITHIN_SECONDS = 20.0


class ServerDidNotStart(Exception):
    """The demo server could not be started; the message says why."""


def demo_app(world: World, *, misbehaviour: Misbehaviour | None = None, calls: Calls | None = None) -> FastAPI:
    """The application; a slash at the end of the address makes no difference."""
    app = FastAPI(openapi_url=None)
    # A server that runs for weeks must not record its requests unless that is wanted.
    noted = Calls() if calls is None and misbehaviour else calls

    async def answer(request: Request) -> Response:
        # Last.fm's own clients send parameters in the URL, in a form, or in both.
        pairs = parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
        params = dict(request.query_params) | dict(pairs)
        call = noted.note(params) if noted is not None else None
        if call and misbehaviour:
            return await disturbed(world, misbehaviour, call, params, respond)
        return respond(world, params)

    for path in ("/2.0", "/2.0/"):
        app.add_api_route(path, answer, methods=["GET", "POST"])
    return app


def respond(world: World, params: Params, alter: Callable[[Answer], Answer] | None = None) -> Response:
    """The response to one request: the answer, altered if asked, or an error."""
    try:
        content = _answered(world, params)
    except LastfmError as error:
        return error_response(error, params)
    return answer_response(alter(content) if alter else content, params)


@contextmanager
def demo_server(
    world: World, port: int = 0, *, misbehaviour: Misbehaviour | None = None, calls: Calls | None = None
) -> Iterator[str]:
    """Serve in a thread of this process, on any free port unless one is given; yields the API's address.

    `calls` records every request.
    """
    app = demo_app(world, misbehaviour=misbehaviour, calls=calls)
    with _listening(port) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off"))
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


def _listening(port: int) -> socket.socket:
    try:
        listening = socket.create_server((HOST, port))
    except OSError as error:
        raise ServerDidNotStart(f"port {port} cannot be used ({error.strerror}): choose another one") from error
    # Connections inherit it. asyncio sets it only for its own sockets; without it, every answer waits 40 ms for the
    # client to acknowledge its headers.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise ServerDidNotStart("the demo server did not start: check its log")
        time.sleep(0.01)
