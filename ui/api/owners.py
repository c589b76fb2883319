"""The listener whose data a request is about, and the token in the OpenAPI document, which `ui.guard` checks."""

from collections.abc import Callable
from typing import Annotated

from fastapi import Path, Security
from fastapi.security import HTTPBearer

from ui.added import AddedListeners
from ui.store import Store
from ui.usernames import kept

TOKEN = Security(
    HTTPBearer(
        auto_error=False,
        scheme_name="token",
        description="The household's token (SEGUE_API_TOKEN), or a listener's own (`segue token LISTENER`).",
    )
)
Identifier = Annotated[str, Path(max_length=64, examples=["0123456789abcdef0123456789abcdef"])]
Owner = Callable[[str], str]


def known_owner(store: Store, added: AddedListeners) -> Owner:
    """A function that turns a name in a path into that of a listener who is served or was added.

    It raises `UnknownListener`; if nothing is served yet, `NothingServed` for one who was not added.
    """

    def owner(username: str) -> str:
        name = kept(username)
        if added.has(name):
            return name
        return store.listener(name).username

    return owner
