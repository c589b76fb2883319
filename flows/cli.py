"""The command line: `segue …`."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from flows import community, engine
from flows.accounts import account_of
from flows.asking import AlreadyAsking
from flows.dates import BadDate, instant
from flows.demo.anchor import BadAnchor
from flows.demo.catalogue import DEMO_CATALOGUE, BadCatalogue
from flows.demo.generate import UnlikelyHistories
from flows.demo.server import ServerDidNotStart
from flows.enriching import CALLS
from flows.forgetting import NothingFrom, forget_source
from flows.full_reading import BadRange, take_out_vanished
from flows.generating import generate_histories
from flows.histories import BadListener, BadTimezone, listener_name
from flows.importing import Import, can_ask_about, import_files
from flows.listening_source import NoListeners, listeners_of, listening_source, services
from flows.settings import BadSetting, read_settings
from flows.sources.errors import SourceError
from flows.sources.mapping import EXAMPLE, BadMapping, read_mapping
from flows.sources.text_file import NotAHistory
from flows.status import say_status
from flows.syncing import ListenersFailed, fetch_listeners
from flows.terminal import progress, say, say_recommendations, say_written
from flows.under_way import build as build_now
from flows.under_way import enrich as enrich_now
from jobs.failures import explained
from ui.app import HOST, NotReady, PortBusy
from ui.database.errors import BadDatabase
from ui.settings import BadAppSetting, read_app_settings
from ui.store import Store, UnknownListener
from ui.strategies import STRATEGIES, UnknownStrategy, known
from ui.version import Unavailable

SHOWN_BY_DEFAULT = 20
GENERATED_UNTIL = datetime(2026, 1, 1, tzinfo=UTC)
app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Finds the music a listener would want next, from their own listening history, and says why.",
    epilog="Settings come from the environment (SEGUE_HOME, LASTFM_API_KEY, …): the README lists them.",
)
app.add_typer(community.app, name="community")
NoEnrich = Annotated[bool, typer.Option("--no-enrich", help="Fetch no facts about music.")]
AsOf = Annotated[str | None, typer.Option(help="Measure recency as of this date or time. Default: now.")]
AcceptFewer = Annotated[bool, typer.Option("--accept-fewer", help="Let more than half of the rows go.")]
Names = Annotated[list[str] | None, typer.Argument(metavar="[LISTENER]…", help="Default: all.")]
MENDABLE = (
    AlreadyAsking,
    BadAnchor,
    BadAppSetting,
    BadCatalogue,
    BadDatabase,
    BadDate,
    BadListener,
    BadMapping,
    BadRange,
    BadSetting,
    BadTimezone,
    ListenersFailed,
    NoListeners,
    NotAHistory,
    NotReady,
    NothingFrom,
    OSError,
    PortBusy,
    ServerDidNotStart,
    SourceError,
    Unavailable,
    UnknownListener,
    UnknownStrategy,
    UnlikelyHistories,
)


def main() -> None:
    """Run a command. What a person can mend ends in one line and status 1; what was typed wrong, in status 2."""
    try:
        app()
    except MENDABLE as error:
        _say_trouble(error)
    except engine.failures() as error:
        _say_trouble(error)


def _say_trouble(error: Exception) -> NoReturn:
    print(f"segue: {' '.join(str(error).split())}", file=sys.stderr)
    sys.exit(1)


@app.command()
def demo(once: Annotated[bool, typer.Option("--once", help="Print recommendations and exit.")] = False) -> None:
    """Everything, without key or account: simulated listeners, the whole pipeline, and the page."""
    from flows.showcase import run_demo

    run_demo(read_settings(), once=once)


@app.command()
def up() -> None:
    """Run Prefect, its worker, Spark Connect and the page; Ctrl-C ends them all."""
    from flows.services import CannotStart, up

    try:
        status = up(read_settings())
    except CannotStart as error:
        _say_trouble(error)
    raise typer.Exit(status)


@app.command()
def sync(
    listeners: Names = None,
    *,
    since: Annotated[str | None, typer.Option(help="Start of a backfill: 2024-01-31.")] = None,
    until: Annotated[str | None, typer.Option(help="End of a backfill, itself not included.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Read all anew; what vanished there goes here too.")] = False,
    accept_fewer: AcceptFewer = False,
    as_of: AsOf = None,
    no_enrich: NoEnrich = False,
) -> None:
    """Fetch plays, learn about the music, and build, for these accounts or those of SEGUE_LISTENERS.

    NAME is an account at Last.fm, listenbrainz:NAME one at ListenBrainz; listenbrainz:NAME=LISTENER says whose it is.
    """
    settings = read_settings()
    names = listeners_of(settings, [listener_name(name) for name in listeners or []])
    window = {"since": instant("--since", since), "until": instant("--until", until)}
    moment = instant("--as-of", as_of)
    if full and (since or until):
        raise BadRange("--full reads everything: leave out --since and --until")
    engine.warm_up(settings)
    with explained(settings.home), listening_source(settings) as source, progress() as bars:
        shown = {account_of(name).listener: bars.add_task(f"fetch {name}", total=None) for name in names}
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
            if not no_enrich and can_ask_about(settings, names):
                enrich_now(settings, source, fetched, CALLS)
    if failed:
        raise ListenersFailed(failed)


@app.command("import")
def import_history(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Exports: files, folders, zip or gzip.")],
    *,
    listener: Annotated[str, typer.Option(help="Whose history it is.")],
    columns: Annotated[str | None, typer.Option("--map", help=f"Which column is what: {EXAMPLE}")] = None,
    timezone: Annotated[str, typer.Option(help="Zone of times that name none, such as Europe/Berlin.")] = "UTC",
    no_build: Annotated[bool, typer.Option("--no-build", help="Keep the plays; build recommendations later.")] = False,
    as_of: AsOf = None,
    no_enrich: NoEnrich = False,
) -> None:
    """Read a listening history from files, learn about its music, then build that listener's recommendations."""
    wanted = Import(tuple(files), listener_name(listener), timezone, read_mapping(columns), instant("--as-of", as_of))
    import_files(read_settings(), wanted, build=not no_build, enrich=not (no_build or no_enrich))


@app.command()
def enrich(
    listeners: Names = None,
    calls: Annotated[int, typer.Option(min=1, help="How many calls it may cost.")] = CALLS,
) -> None:
    """Learn what would improve recommendations most, similar artists, tags, albums, and build them anew."""
    settings = read_settings()
    names = [listener_name(name) for name in listeners or []]
    build_now(settings, (*engine.PLAYS, *engine.PLAY_COUNTS), listeners=names)
    with listening_source(settings) as source:
        enrich_now(settings, source, names, calls)


@app.command("forget-source")
def forget(listener: str, source: Annotated[str, typer.Argument(help="Such as csv, lastfm or spotify.")]) -> None:
    """Take back what one source told of a listener: its plays, but for those that others saw too, and its pages."""
    forget_source(read_settings(), listener_name(listener), source.strip().lower())


@app.command()
def build(
    listeners: Names = None,
    as_of: AsOf = None,
    accept_fewer: AcceptFewer = False,
) -> None:
    """Build play counts, candidates and the served store from what is in the lake."""
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


@app.command()
def recommend(
    listener: str,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = SHOWN_BY_DEFAULT,
    strategy: Annotated[str | None, typer.Option(help=f"Only what one proposes: {', '.join(STRATEGIES)}.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array.")] = False,
) -> None:
    """Show a listener's recommendations, from the served store."""
    only = None if strategy is None else known(strategy)
    store = Store(read_settings().home / "served")
    name = listener_name(listener)
    if as_json:
        rows = store.rows(name, limit, strategy=only)
        print(json.dumps([json.loads(row) for row in rows], ensure_ascii=False, indent=1))
    else:
        say_recommendations(store.listener(name), store.recommendations(name, limit, strategy=only), only)


@app.command()
def generate(
    folder: Annotated[Path, typer.Argument(help="Where the files go, one CSV for each listener.")] = Path("generated"),
    *,
    listeners: Annotated[int, typer.Option(min=1, help="How many.")] = 8,
    plays: Annotated[int, typer.Option(min=1, help="Of all of them together.")] = 100_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same histories.")] = 0,
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], show_default="2026-01-01")] = GENERATED_UNTIL,
    catalogue: Annotated[
        Path, typer.Option(help="The music, one artist a line.", show_default="the demo's")
    ] = DEMO_CATALOGUE,
) -> None:
    """Simulate listening histories of any size, to try Segue on or to measure it with."""
    generate_histories(folder, catalogue, listeners=listeners, plays=plays, seed=seed, until=until.date())


@app.command()
def status() -> None:
    """Listeners, how fresh they are, the last quality results, and what is running."""
    say_status(read_settings().home)


@app.command()
def serve(
    port: Annotated[int | None, typer.Option(help="Default: SEGUE_PORT, 7860.")] = None,
    host: Annotated[str, typer.Option(help="Another address than this machine's own opens the page to others.")] = HOST,
) -> None:
    """Serve the page and the API alone."""
    from ui import app as web

    settings = read_settings()
    chosen = port or settings.port
    say(f"Segue is at http://{host}:{chosen} (Ctrl-C ends it)")
    web.serve(settings.home, chosen, host, read_app_settings())


@app.command()
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
