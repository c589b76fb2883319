"""Errors of the app's own data as problem+json."""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DatabaseError

from ui.added import BadName
from ui.feedback import UnknownFeedback
from ui.playlists import BadPlaylist, UnknownPlaylist
from ui.problems import problem
from ui.runs import RunsUnavailable, UnknownRun

STATUS: dict[type[Exception], int] = {
    BadName: 422,
    BadPlaylist: 409,
    RunsUnavailable: 503,
    UnknownFeedback: 404,
    UnknownPlaylist: 404,
    UnknownRun: 404,
}
NO_DATABASE = "the app's database is unavailable: check its log and try again"


def answer_with_refusals(app: FastAPI) -> None:
    """Answer these errors as problem+json."""
    for refusal, status in STATUS.items():
        app.add_exception_handler(refusal, _answering(status))

    @app.exception_handler(DatabaseError)
    async def no_database(_: Request, __: DatabaseError) -> JSONResponse:
        return problem(503, NO_DATABASE, headers={"Retry-After": "5"})


def _answering(status: int) -> Callable[[Request, Exception], Awaitable[JSONResponse]]:
    async def answer(_: Request, error: Exception) -> JSONResponse:
        headers = {"Retry-After": "5"} if status == 503 else None
        return problem(status, str(error), headers=headers)

    return answer
