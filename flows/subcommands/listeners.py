"""Commands that compare listeners: alike."""

from typing import Annotated

import typer

from flows.alike import choose, say_alike
from flows.histories import listener_name
from flows.settings import read_settings


def alike(
    listener: str,
    join: Annotated[bool | None, typer.Option("--join/--leave", help="Take part, or stop taking part.")] = None,
) -> None:
    """Show listeners with similar taste among those who joined, and what similar people in the community play."""
    settings, name = read_settings(), listener_name(listener)
    if join is None:
        say_alike(settings, name)
    else:
        choose(settings, name, join=join)
