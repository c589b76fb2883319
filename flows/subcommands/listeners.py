"""Commands about listeners beside each other: alike."""

from typing import Annotated

import typer

from flows.alike import choose, say_alike
from flows.histories import listener_name
from flows.settings import read_settings


def alike(
    listener: str,
    join: Annotated[
        bool | None, typer.Option("--join/--leave", help="Be shown to the others who joined, or to nobody.")
    ] = None,
) -> None:
    """Show who listens alike: between listeners who joined, and what the nearest of the community return to."""
    settings, name = read_settings(), listener_name(listener)
    if join is None:
        say_alike(settings, name)
    else:
        choose(settings, name, join=join)
