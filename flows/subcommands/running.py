"""Commands that run something until it is ended, and who may ask it: demo, up, serve, token."""

from typing import Annotated

import typer

from flows.histories import listener_name
from flows.settings import LARGEST_PORT, read_settings
from flows.terminal import end_with, say
from ui.app import HOST
from ui.settings import read_app_settings


def demo(once: Annotated[bool, typer.Option("--once", help="Print recommendations and exit.")] = False) -> None:
    """Everything, without key or account: simulated listeners, the whole pipeline, and the page."""
    from flows.showcase import run_demo

    run_demo(read_settings(), once=once)


def up() -> None:
    """Run Prefect, its worker, Spark Connect and the page; Ctrl-C ends them all."""
    from flows.services import CannotStart, up

    try:
        status = up(read_settings())
    except CannotStart as error:
        end_with(error)
    raise typer.Exit(status)


def serve(
    port: Annotated[int | None, typer.Option(min=1, max=LARGEST_PORT, help="Default: SEGUE_PORT, 7860.")] = None,
    host: Annotated[str, typer.Option(help="Another address than this machine's own opens the page to others.")] = HOST,
) -> None:
    """Serve the page and the API alone."""
    from ui import app as web

    settings = read_settings()
    chosen = port or settings.port
    say(f"Segue is at http://{host}:{chosen} (Ctrl-C ends it)")
    web.serve(settings.home, chosen, host, read_app_settings())


def token(
    listener: str,
    *,
    take_back: Annotated[bool, typer.Option("--take-back", help="Make the listener's tokens worthless.")] = False,
) -> None:
    """Make a token that opens one listener's data through the API; it is shown this once."""
    from ui.state import open_state

    name = listener_name(listener)
    state = open_state(read_settings().home, read_app_settings())
    if take_back:
        say(f"took back {state.tokens.take_back(name)} of {name}'s tokens; a running app forgets them within 30 s")
    else:
        print(state.tokens.make(name))
