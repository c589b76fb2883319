"""Commands that run servers, and who may use them: demo, up, serve, token."""

from typing import Annotated

import typer

from flows.histories import listener_name
from flows.settings import LARGEST_PORT, read_settings
from flows.terminal import end_with, say
from ui.app import HOST
from ui.settings import read_app_settings


def demo(once: Annotated[bool, typer.Option("--once", help="Print recommendations and exit.")] = False) -> None:
    """Run everything with simulated listeners, without key or account: the pipeline, then the page."""
    from flows.showcase import run_demo

    run_demo(read_settings(), once=once)


def up() -> None:
    """Run Prefect, its worker, Spark Connect and the page; Ctrl-C stops them all."""
    from flows.services import CannotStart, up

    try:
        status = up(read_settings())
    except CannotStart as error:
        end_with(error)
    raise typer.Exit(status)


def serve(
    port: Annotated[int | None, typer.Option(min=1, max=LARGEST_PORT, help="Default: SEGUE_PORT, 7860.")] = None,
    host: Annotated[str, typer.Option(help="0.0.0.0 opens the page to other devices.")] = HOST,
) -> None:
    """Serve the page and the API alone."""
    from ui import app as web

    settings = read_settings()
    chosen = port or settings.port
    say(f"Segue is at http://{host}:{chosen} (Ctrl-C stops it)")
    web.serve(settings.home, chosen, host, read_app_settings())


def token(
    listener: str,
    *,
    take_back: Annotated[bool, typer.Option("--take-back", help="Revoke the listener's tokens.")] = False,
) -> None:
    """Make an API token for one listener's data; it is shown only once."""
    from ui.state import open_state

    name = listener_name(listener)
    state = open_state(read_settings().home, read_app_settings())
    if take_back:
        say(
            f"revoked {state.tokens.take_back(name)} of {name}'s tokens; a running app stops accepting them within 30 s"
        )
    else:
        print(state.tokens.make(name))
