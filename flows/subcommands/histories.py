"""Commands about plays: sync, import, forget-source, rename, merges, generate."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from flows import engine
from flows.accounts import account_of
from flows.catalogue_source import catalogue_source
from flows.dates import instant
from flows.demo.catalogue import DEMO_CATALOGUE
from flows.enriching import CALLS
from flows.forgetting import forget_source
from flows.full_reading import BadRange, take_out_vanished
from flows.generating import generate_histories
from flows.histories import listener_name
from flows.importing import Import, import_files
from flows.listening_source import listeners_of, listening_source, services
from flows.merges import say_merges
from flows.renamed import name_now, read_names
from flows.renaming import BadRenaming, free, rename_listener
from flows.settings import read_settings
from flows.sources.mapping import EXAMPLE, read_mapping
from flows.subcommands.options import AcceptFewer, AsOf, Names, NoEnrich
from flows.syncing import ListenersFailed, fetch_listeners
from flows.terminal import progress, say, say_written
from flows.under_way import build as build_now
from flows.under_way import enrich as enrich_now
from jobs.failures import explained
from ui.view import plain

GENERATED_UNTIL = datetime(2026, 1, 1, tzinfo=UTC)


def sync(
    listeners: Names = None,
    *,
    since: Annotated[str | None, typer.Option(help="Start of a backfill, such as 2024-01-31.")] = None,
    until: Annotated[str | None, typer.Option(help="End of a backfill, not included.")] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Read the full history again; remove plays deleted at the source.")
    ] = False,
    accept_fewer: AcceptFewer = False,
    as_of: AsOf = None,
    no_enrich: NoEnrich = False,
) -> None:
    """Fetch plays and facts about the music, then build, for these accounts or those in SEGUE_LISTENERS.

    NAME is an account at Last.fm, listenbrainz:NAME one at ListenBrainz, and NAME=LISTENER says whose account it is.
    """
    settings = read_settings()
    names = listeners_of(settings, [listener_name(name) for name in listeners or []])
    window = {"since": instant("--since", since), "until": instant("--until", until)}
    moment = instant("--as-of", as_of)
    if full and (since or until):
        raise BadRange("--full reads everything: leave out --since and --until")
    engine.warm_up(settings)
    with explained(settings.home), listening_source(settings) as source, progress() as bars:
        known_as = read_names(settings.home)
        shown = {account_of(name, known_as).listener: bars.add_task(f"fetch {name}", total=None) for name in names}
        landings, failed = fetch_listeners(
            services(settings, source),
            names,
            **window,
            full=full,
            progress=lambda at: bars.update(shown[at.listener], completed=at.page, total=at.pages),
        )
        if landings:
            bars.stop()
            fetched = sorted({one.listener for one in landings})
            if full:
                take_out_vanished(settings, landings, accept_fewer=accept_fewer)
            report = build_now(settings, engine.EVERYTHING, listeners=fetched, as_of=moment, accept_fewer=accept_fewer)
            say_written(report)
            if not no_enrich:
                with catalogue_source(settings, fetched) as providers:
                    enrich_now(settings, providers, fetched, CALLS)
    if failed:
        raise ListenersFailed(failed)


def import_history(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Exports: files, folders, zip or gzip.")],
    *,
    listener: Annotated[str, typer.Option(help="The listener whose history it is.")],
    columns: Annotated[str | None, typer.Option("--map", help=f"The column for each field, such as {EXAMPLE}")] = None,
    timezone: Annotated[str, typer.Option(help="Time zone for times without one, such as Europe/Berlin.")] = "UTC",
    no_build: Annotated[
        bool, typer.Option("--no-build", help="Import the plays without building recommendations.")
    ] = False,
    as_of: AsOf = None,
    no_enrich: NoEnrich = False,
) -> None:
    """Read a listening history from files, fetch facts about its music, then build recommendations."""
    settings, given = read_settings(), listener_name(listener)
    name = name_now(settings.home, given)
    if name != given:
        say(f"{plain(given)} is now called {plain(name)}: the plays go to {plain(name)}")
    wanted = Import(tuple(files), name, timezone, read_mapping(columns), instant("--as-of", as_of))
    import_files(settings, wanted, build=not no_build, enrich=not (no_build or no_enrich))


def forget(listener: str, source: Annotated[str, typer.Argument(help="Such as csv, lastfm or spotify.")]) -> None:
    """Remove one source's data about a listener; plays that other sources also reported stay."""
    forget_source(read_settings(), listener_name(listener), source.strip().lower())


def rename(
    old: str,
    new: Annotated[str | None, typer.Argument(help="A name that is not in use.")] = None,
    *,
    freed: Annotated[bool, typer.Option("--free", help="Free the former name OLD for someone else.")] = False,
) -> None:
    """Rename a listener everywhere. Their accounts at services keep their names."""
    if freed == (new is not None):
        raise BadRenaming("give OLD and NEW, or OLD with --free")
    if new is None:
        free(read_settings(), listener_name(old))
    else:
        rename_listener(read_settings(), listener_name(old), listener_name(new))


def merges(listener: str) -> None:
    """Show a listener's plays that several sources reported, and why each counts as one."""
    say_merges(read_settings(), listener_name(listener))


def generate(
    folder: Annotated[Path, typer.Argument(help="Folder for the files, one CSV per listener.")] = Path("generated"),
    *,
    listeners: Annotated[int, typer.Option(min=1, help="Number of listeners.")] = 8,
    plays: Annotated[int, typer.Option(min=1, help="Total number of plays.")] = 100_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same histories.")] = 0,
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], show_default="2026-01-01")] = GENERATED_UNTIL,
    catalogue: Annotated[
        Path, typer.Option(help="Music catalogue, one artist per line.", show_default="the demo's")
    ] = DEMO_CATALOGUE,
) -> None:
    """Write simulated listening histories of any size, to try Segue or to measure it."""
    generate_histories(folder, catalogue, listeners=listeners, plays=plays, seed=seed, until=until.date())
