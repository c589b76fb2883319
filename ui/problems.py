"""Errors as problem+json (RFC 9457), all in the same form."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import Match

from ui.catalogue import UnknownMusic
from ui.store import UnknownListener
from ui.strategies import UnknownStrategy
from ui.version import Unavailable

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """What went wrong with a request."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    near: list[str] | None = None
    errors: list[dict[str, Any]] | None = None


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """These problems, as a route's OpenAPI responses."""
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        status: {"model": Problem, "description": HTTPStatus(status).phrase, "content": {MEDIA_TYPE: schema}}
        for status in statuses
    }


def problem(status: int, detail: str, headers: dict[str, str] | None = None, **more: Any) -> JSONResponse:
    """An error response."""
    content = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, **more)
    body = jsonable_encoder(content, exclude_none=True)
    return JSONResponse(body, status_code=status, headers=headers, media_type=MEDIA_TYPE)


def answer_with_problems(app: FastAPI) -> None:
    """Answer all errors of the app as problem+json."""

    @app.exception_handler(UnknownListener)
    async def unknown_listener(_: Request, error: UnknownListener) -> JSONResponse:
        return problem(404, str(error), near=list(error.near) or None)

    @app.exception_handler(UnknownMusic)
    async def unknown_music(_: Request, error: UnknownMusic) -> JSONResponse:
        return problem(404, str(error))

    @app.exception_handler(UnknownStrategy)
    async def unknown_strategy(_: Request, error: UnknownStrategy) -> JSONResponse:
        return problem(422, str(error))

    @app.exception_handler(Unavailable)
    async def unavailable(_: Request, error: Unavailable) -> JSONResponse:
        return problem(503, str(error), headers={"Retry-After": "5"})

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        errors = [{"where": ".".join(map(str, each["loc"])), "what": each["msg"]} for each in error.errors()]
        detail = "; ".join(f"{each['where']}: {each['what']}" for each in errors)
        return problem(422, detail, errors=errors)

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> JSONResponse:
        return problem(error.status_code, str(error.detail), headers=dict(error.headers or {}))


def nowhere(router: APIRouter) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint for paths that the router does not have: 405 if another method has one, else 404.

    Otherwise the page, mounted at `/`, would take these requests and answer them in its own form.
    """

    async def answer(request: Request) -> Response:
        partial = (route for route in router.routes if route.matches(request.scope)[0] is Match.PARTIAL)
        allowed = sorted({method for route in partial for method in getattr(route, "methods", ())})
        if allowed:
            return problem(405, f"{request.method} is not allowed here", headers={"Allow": ", ".join(allowed)})
        return problem(404, f"there is nothing at {request.url.path}")

    return answer
