"""`segue sync --full`: what a source has no more, told by reading all of it anew, goes from the lake too."""

from collections.abc import Sequence

from flows import engine
from flows.settings import Settings
from flows.sources.play_source import Landing
from flows.terminal import say
from flows.under_way import build as build_now


class BadRange(Exception):
    """A complete reading of a part."""


def take_out_vanished(settings: Settings, landings: Sequence[Landing], *, accept_fewer: bool) -> None:
    """Say how many plays vanished from each account that was read completely, then take them out.

    What was read comes into the lake first. Raises one of `engine.failures()`, where over half would go too.
    """
    build_now(settings, engine.PLAYS, listeners=sorted({landing.listener for landing in landings}))
    for landing in landings:
        if landing.reading is None:
            continue
        source = landing.reading.parts[-4]
        count = engine.vanished(settings, landing.reading, remove=False, accept_fewer=accept_fewer).vanished
        say(f"{source} has {count:,} of {landing.listener}'s plays no more{': they are taken out' if count else ''}")
        if count:
            engine.vanished(settings, landing.reading, remove=True, accept_fewer=accept_fewer)
