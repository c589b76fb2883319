"""Commands about artists: alias."""

from typing import Annotated

import typer

from flows.aliases import BadAlias, make, say_aliases, undo
from flows.settings import read_settings


def alias(
    name: Annotated[str | None, typer.Argument(help="The other name of the artist.")] = None,
    into: Annotated[str | None, typer.Argument(help="The artist's own name.")] = None,
    *,
    listed: Annotated[bool, typer.Option("--list", help="Show all aliases.")] = False,
    suggest: Annotated[bool, typer.Option("--suggest", help="Show played artists whose names look alike.")] = False,
    taken_back: Annotated[str | None, typer.Option("--undo", metavar="NAME", help="Remove the alias NAME.")] = None,
) -> None:
    """Treat two names as one artist, such as "Go Go's" and "Go-Go's"; --undo reverts it.

    Plays keep their original name. Put -- before a name that begins with a dash.
    """
    asked = [name is not None, listed, suggest, taken_back is not None]
    if sum(asked) != 1 or (name is not None) != (into is not None):
        raise BadAlias("give NAME and INTO, or one of --list, --suggest and --undo NAME")
    settings = read_settings()
    if name is not None and into is not None:
        make(settings, name, into)
    elif taken_back is not None:
        undo(settings, taken_back)
    else:
        say_aliases(settings, proposed=suggest)
