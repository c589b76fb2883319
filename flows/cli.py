"""The command line: `segue …`."""

import json
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from flows import community, engine
from flows.asking import AlreadyAsking
from flows.dates import BadDate, instant
from flows.demo.anchor import BadAnchor
from flows.demo.server import ServerDidNotStart
from flows.enriching import CALLS
from flows.histories import BadListener, BadTimezone, land_files, listener_name
from flows.listening_source import NoListeners, listeners_of, listening_source
from flows.settings import BadSetting, Settings, read_settings
from flows.sources.errors import SourceError
from flows.sources.text_file import NotAHistory
from flows.status import say_status
from flows.syncing import ListenersFailed, fetch_listeners
from flows.terminal import accounting, progress, say, say_recommendations, say_refusals, say_written
from flows.under_way import build as build_now
from flows.under_way import enrich as enrich_now
from jobs.bronze.pages import batch_id
from jobs.failures import explained
from ui.app import HOST, NotReady, PortBusy
from ui.store import Store, UnknownListener
from ui.strategies import STRATEGIES, UnknownStrategy, known
from ui.version import Unavailable

SHOWN_BY_DEFAULT = 20
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
Names = Annotated[list[str] | None, typer.Argument(metavar="[LISTENER]…", help="Default: all.")]
MENDABLE = (
    AlreadyAsking,
    BadAnchor,
    BadDate,
    BadListener,
    BadSetting,
    BadTimezone,
    ListenersFailed,
    NoListeners,
    NotAHistory,
    NotReady,
    OSError,
    PortBusy,
    ServerDidNotStart,
    SourceError,
    Unavailable,
    UnknownListener,
    UnknownStrategy,
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
    since: Annotated[str | None, typer.Option(help="Start of a backfill: 2024-01-31.")] = None,
    until: Annotated[str | None, typer.Option(help="End of a backfill, itself not included.")] = None,
    as_of: AsOf = None,
    no_enrich: NoEnrich = False,
) -> None:
    """Fetch plays from Last.fm, learn about the music, and build, for these listeners or those of SEGUE_LISTENERS."""
    settings = read_settings()
    names = listeners_of(settings, [listener_name(name) for name in listeners or []])
    window = {"since": instant("--since", since), "until": instant("--until", until)}
    moment = instant("--as-of", as_of)
    engine.warm_up(settings)
    with explained(settings.home), listening_source(settings) as source, progress() as bars:
        shown = {name: bars.add_task(f"fetch {name}", total=None) for name in names}
        landings, failed = fetch_listeners(
            source,
            names,
            **window,
            progress=lambda at: bars.update(shown[at.listener], completed=at.page, total=at.pages),
        )
        if landings:
            bars.stop()
            fetched = [one.listener for one in landings]
            say_written(build_now(settings, engine.EVERYTHING, listeners=fetched, as_of=moment))
            if not no_enrich:
                enrich_now(settings, source, fetched, CALLS)
    if failed:
        raise ListenersFailed(failed)


@app.command("import")
def import_history(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="CSV histories, plain or gzip.")],
    *,
    listener: Annotated[str, typer.Option(help="Whose history it is.")],
    timezone: Annotated[str, typer.Option(help="Zone of times that name none, such as Europe/Berlin.")] = "UTC",
    no_build: Annotated[bool, typer.Option("--no-build", help="Keep the plays; build recommendations later.")] = False,
    as_of: AsOf = None,
    no_enrich: NoEnrich = False,
) -> None:
    """Read a listening history from files, learn about its music, then build that listener's recommendations."""
    settings = read_settings()
    name = listener_name(listener)
    moment = instant("--as-of", as_of)
    with explained(settings.home), progress() as bars:
        task = bars.add_task(f"read {name}'s history", total=None)
        pages = land_files(
            files,
            listener=name,
            timezone=timezone,
            bronze=settings.home / "bronze",
            understood=lambda: engine.warm_up(settings),
            say=say,
            progress=lambda rows: bars.update(task, description=f"read {rows:,} rows"),
        )
    batches = [batch_id(page) for page in pages]
    tables = engine.PLAYS if no_build else engine.EVERYTHING
    report = build_now(settings, tables, listeners=[name], as_of=moment, batches=batches)
    ours = [batch for batch in report.consumed if batch.batch_id in set(batches)]
    say_refusals(ours)
    say_written(report)
    if not (no_build or no_enrich):
        _enrich_imported(settings, name)
    say(accounting(ours))


def _enrich_imported(settings: Settings, listener: str) -> None:
    """Learn about an imported history's music; the import is done, whether or not a source can be asked."""
    if settings.uses_demo_server:
        say("Similar artists, tags and deep cuts need facts about music: set LASTFM_API_KEY, then run 'segue enrich'")
        return
    try:
        with listening_source(settings) as source:
            enrich_now(settings, source, [listener], CALLS)
    except (AlreadyAsking, SourceError) as error:
        print(f"segue: no facts were fetched, run 'segue enrich' later: {error}", file=sys.stderr)


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


@app.command()
def build(
    listeners: Names = None,
    as_of: AsOf = None,
    accept_fewer: Annotated[
        bool, typer.Option("--accept-fewer", help="Let tables pass that have lost more than half of their rows.")
    ] = False,
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
    web.serve(settings.home, chosen, host)
