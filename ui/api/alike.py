"""Similar listeners among those who joined: list them, join, leave."""

from fastapi import APIRouter

from ui.alike import Alike, alike
from ui.api import examples
from ui.api.answers import documented_with
from ui.api.listeners import Username
from ui.api.owners import TOKEN, Owner
from ui.joined import JoinedListeners
from ui.problems import documented
from ui.store import Store

PATH = "/api/v1/listeners/{username}/alike"


def add(router: APIRouter, store: Store, joined: JoinedListeners, owner: Owner) -> None:
    """Put these routes on the router."""

    @router.get(
        PATH,
        responses=documented_with(examples.ALIKE, 404, 422, 503),
        tags=["alike"],
        summary="Listeners with similar taste among those who joined, and what they play",
    )
    def near(username: Username) -> Alike:
        return alike(store, joined.names(), owner(username))

    @router.put(
        PATH,
        dependencies=[TOKEN],
        responses=documented(404, 422, 503),
        tags=["alike"],
        summary="Join: from the next build on, see the others who joined, and be shown to them",
    )
    def join(username: Username) -> Alike:
        name = owner(username)
        joined.join(name)
        return alike(store, joined.names(), name)

    @router.delete(
        PATH,
        dependencies=[TOKEN],
        responses=documented(404, 422, 503),
        tags=["alike"],
        summary="Leave: no longer be shown to anyone, effective at once",
    )
    def leave(username: Username) -> Alike:
        name = owner(username)
        joined.leave(name)
        return alike(store, joined.names(), name)
