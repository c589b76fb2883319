"""The command line of jobs/run.py, which also spark-submit passes on."""

import argparse
import json
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

from jobs.evaluation.cuts import CUTS, DAYS
from jobs.questions import LASTFM_ALONE


def read_arguments(
    arguments: Sequence[str] | None, names: Collection[str], description: str | None
) -> argparse.Namespace:
    """The parsed command line: `tables`, each one of these names, and the options in the help text."""
    parser = argparse.ArgumentParser(description=description, prog="jobs/run.py")
    # Not by `choices`: argparse would then refuse an empty list.
    parser.add_argument("tables", nargs="*", type=_one_of(names), metavar="table")
    parser.add_argument("--home", type=Path, default=Path(".segue"), help="folder with lake, bronze and served")
    parser.add_argument("--listener", action="append", default=[], dest="listeners", help="rebuild only this listener")
    parser.add_argument("--batch", action="append", default=[], dest="batches", help="account for this landed batch")
    parser.add_argument("--questions", type=int, default=0, help="list this many questions worth asking next")
    parser.add_argument("--askable", type=json.loads, default=LASTFM_ALONE, help="providers to ask, by method, as JSON")
    parser.add_argument("--accept-fewer", action="store_true", help="accept tables that have lost half their rows")
    parser.add_argument(
        "--joined", type=json.loads, help="listeners who may be shown to each other, as JSON (default: as before)"
    )
    parser.add_argument("--forget", default="", metavar="SOURCE", help="remove this source from the listeners' plays")
    parser.add_argument("--compare", action="append", default=[], dest="compared", help="folder of a complete reading")
    parser.add_argument("--merges", default="", metavar="LISTENER", help="show which plays several sources reported")
    parser.add_argument("--rename", type=Path, metavar="FILE", help="rename a listener as this file says")
    parser.add_argument("--alias", metavar="NAME", help="name to make an alias")
    parser.add_argument("--into", metavar="NAME", help="artist that the alias stands for")
    parser.add_argument("--undo-alias", metavar="NAME", help="alias to remove")
    parser.add_argument("--list-aliases", action="store_true", help="list all aliases")
    parser.add_argument("--propose-aliases", action="store_true", help="list artists' names that look alike")
    parser.add_argument("--remove", action="store_true", help="remove plays missing from the complete reading")
    parser.add_argument("--cuts", type=int, default=CUTS, help="evaluate at this many cuts in time")
    parser.add_argument("--days", type=int, default=DAYS, help="evaluate on this many days after each cut")
    parser.add_argument("--as-of", type=_time, help="measure recency as of this time (default: now)")
    parser.add_argument("--report", type=Path, help="write the report to this file as well")
    return parser.parse_args(arguments)


def _one_of(names: Collection[str]) -> Callable[[str], str]:
    def table(text: str) -> str:
        if text not in names:
            raise argparse.ArgumentTypeError(f"{text!r} is unknown: choose from {', '.join(names)}")
        return text

    return table


def _time(text: str) -> datetime:
    """An ISO 8601 time; UTC if it names no zone."""
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=UTC)
