"""Add a listener, fetch their plays, and stop fetching them."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from ui.added import AddedListeners, kept_name
from ui.api.listeners import Username
from ui.api.owners import TOKEN, Owner
from ui.api.runs import ShownRun
from ui.database.models import LONGEST_NAME
from ui.problems import documented
from ui.runs import Run, Runs
from ui.store import UnknownListener
from ui.usernames import kept

# The form of names at Last.fm, and of some at other sources.
NAME = r"^[A-Za-z0-9_-][A-Za-z0-9_.-]*$"


class NewListener(BaseModel):
    """A Last.fm user, by name."""

    username: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, pattern=NAME, examples=["rj"])]


class StartedSync(BaseModel):
    """A requested sync; `progress` is the address at which to follow it."""

    username: str
    run: ShownRun
    progress: str


def add(router: APIRouter, added: AddedListeners, runs: Runs, owner: Owner) -> None:
    """Put these routes on the router."""
    _add_adding(router, added, runs)
    _add_syncing(router, runs, owner)


def _add_adding(router: APIRouter, added: AddedListeners, runs: Runs) -> None:
    @router.post(
        "/api/v1/listeners",
        status_code=202,
        dependencies=[TOKEN],
        responses=documented(400, 422, 503),
        tags=["listeners"],
        summary="Add a listener and fetch their plays, now and daily",
    )
    def add_listener(new: NewListener) -> StartedSync:
        # The sync comes first: a listener whose plays cannot be fetched is not added.
        name = kept_name(new.username)
        run = runs.start_sync(name)
        added.add(name)
        return _started(name, run)

    @router.delete(
        "/api/v1/listeners/{username}",
        status_code=204,
        dependencies=[TOKEN],
        responses=documented(404, 422, 503),
        tags=["listeners"],
        summary="Stop fetching the plays of a listener who was added; their data is kept",
    )
    def remove_listener(username: Username) -> Response:
        if not added.remove(username):
            raise UnknownListener(kept(username), ())
        return Response(status_code=204)


def _add_syncing(router: APIRouter, runs: Runs, owner: Owner) -> None:
    @router.post(
        "/api/v1/listeners/{username}/syncs",
        status_code=202,
        dependencies=[TOKEN],
        responses=documented(404, 422, 503),
        tags=["listeners"],
        summary="Fetch a listener's new plays",
    )
    def sync(username: Username) -> StartedSync:
        name = owner(username)
        return _started(name, runs.start_sync(name))


def _started(name: str, run: Run) -> StartedSync:
    shown = ShownRun.of(run)
    return StartedSync(
        username=name, run=shown, progress=f"/api/v1/listeners/{quote(name, safe='')}/syncs/{shown.run_id}"
    )
