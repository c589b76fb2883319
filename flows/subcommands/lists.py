"""Commands that make lists and show them: enrich, build, recommend, status."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from flows import engine
from flows.catalogue_source import catalogue_source
from flows.dates import instant
from flows.enriching import CALLS
from flows.histories import listener_name
from flows.settings import read_settings
from flows.status import say_status
from flows.subcommands.options import AcceptFewer, AsOf, Names, Strategy
from flows.terminal import progress, say, say_recommendations, say_written
from flows.under_way import build as build_now
from flows.under_way import enrich as enrich_now
from jobs.evaluation.cuts import CUTS, DAYS
from ui.evaluated import as_lines
from ui.store import Store
from ui.strategies import known

SHOWN_BY_DEFAULT = 20


def enrich(
    listeners: Names = None,
    calls: Annotated[int, typer.Option(min=1, help="Maximum number of calls.")] = CALLS,
) -> None:
    """Fetch the facts that would improve recommendations most (similar artists, tags, albums), then build."""
    settings = read_settings()
    names = [listener_name(name) for name in listeners or []]
    build_now(settings, (*engine.PLAYS, *engine.PLAY_COUNTS), listeners=names)
    with catalogue_source(settings, names) as providers:
        enrich_now(settings, providers, names, calls)


def build(
    listeners: Names = None,
    as_of: AsOf = None,
    accept_fewer: AcceptFewer = False,
) -> None:
    """Bring play counts, recommendations and the page up to date with the data already fetched."""
    settings = read_settings()
    names = [listener_name(name) for name in listeners or []]
    report = build_now(
        settings, engine.EVERYTHING, listeners=names, as_of=instant("--as-of", as_of), accept_fewer=accept_fewer
    )
    store = Store(settings.home / "served")
    for name in names:
        store.listener(name)
    say_written(report)
    if not report.written:
        say("nothing has changed")


def recommend(
    listener: str,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Number of tracks.")] = SHOWN_BY_DEFAULT,
    strategy: Strategy = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON array.")] = False,
) -> None:
    """Print a listener's recommendations, as of the last build."""
    only = None if strategy is None else known(strategy)
    store = Store(read_settings().home / "served")
    name = listener_name(listener)
    if as_json:
        rows = store.rows(name, limit, strategy=only)
        print(json.dumps([json.loads(row) for row in rows], ensure_ascii=False, indent=1))
    else:
        say_recommendations(store.listener(name), store.recommendations(name, limit, strategy=only), only)


def evaluate(
    listeners: Names = None,
    *,
    cuts: Annotated[int, typer.Option(min=1, help="Number of past dates to test.")] = CUTS,
    days: Annotated[int, typer.Option(min=1, help="Number of days after each date to compare with.")] = DAYS,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object.")] = False,
) -> None:
    """Test the recommendations of past dates, made without later plays, against what was played next."""
    settings = read_settings()
    names = [listener_name(name) for name in listeners or []]
    with progress() as bars:
        bars.add_task("evaluate", total=None)
        report = engine.evaluate(settings, names, cuts=cuts, days=days)
    found = Store(settings.home / "served").evaluation()
    if as_json:
        print(json.dumps(found and asdict(found), default=str, indent=1))
        return
    for line in as_lines(found) if found else ():
        say(line)
    for result in report.gates:
        if not result.success:
            say(f"warning: {result.rule}: {result.observed}")


def status() -> None:
    """Show listeners, how fresh their data is, the last quality results, and what is running."""
    say_status(read_settings().home)
