"""`segue sync --full`: reads a source's complete history, and removes plays from the lake that are gone there."""

from collections.abc import Sequence

from flows import engine
from flows.settings import Settings
from flows.sources.play_source import Landing
from flows.terminal import say
from flows.under_way import build as build_now


class BadRange(Exception):
    """`--full` was given together with a range."""


def take_out_vanished(settings: Settings, landings: Sequence[Landing], *, accept_fewer: bool) -> None:
    """For each account that was read completely, report how many plays vanished there, and remove them.

    The plays just read are built first. Raises one of `engine.failures()`, also if over half would be removed.
    """
    build_now(settings, engine.PLAYS, listeners=sorted({landing.listener for landing in landings}))
    for landing in landings:
        if landing.reading is None:
            continue
        source = landing.reading.parts[-4]
        count = engine.vanished(settings, landing.reading, remove=False, accept_fewer=accept_fewer).vanished
        say(f"{count:,} of {landing.listener}'s plays are gone from {source}{': removing them' if count else ''}")
        if count:
            engine.vanished(settings, landing.reading, remove=True, accept_fewer=accept_fewer)
