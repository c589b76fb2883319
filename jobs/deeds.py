"""Maps options of the command line (jobs/arguments.py) to operations on a lake other than building its tables."""

import argparse
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from jobs.aliasing import all_aliases, make_alias, proposed_aliases, take_back
from jobs.audit import Gate
from jobs.lake import Lake
from jobs.merges import merges
from jobs.renaming import rename
from jobs.report import Report
from jobs.vanished import vanished
from jobs.withdrawal import forget_source

Deed = Callable[[Lake], Report]


def deeds(asked: argparse.Namespace, home: Path, gate: Gate, now: datetime) -> Iterator[Deed]:
    """The operations asked for, in a sensible order. Each raises `GateClosed` or `JobFailed`."""
    for listener in asked.listeners if asked.forget else ():
        yield partial(forget_source, listener=listener, source=asked.forget, gate=gate)
    if asked.rename:
        yield lambda lake: rename(lake, asked.rename)
    if asked.alias is not None and asked.into is not None:
        yield lambda lake: make_alias(lake, asked.alias, asked.into, gate, now=now)
    if asked.undo_alias is not None:
        yield lambda lake: take_back(lake, asked.undo_alias, gate)
    if asked.list_aliases:
        yield all_aliases
    if asked.propose_aliases:
        yield proposed_aliases
    if asked.merges:
        yield lambda lake: merges(lake, asked.merges)
    for name in asked.compared:
        reading = home / "bronze" / name
        yield partial(vanished, reading=reading, gate=gate, remove=asked.remove, accept_fewer=asked.accept_fewer)
