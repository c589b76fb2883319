"""The command line: `segue …`."""

from collections.abc import Callable

import typer

from flows import community, engine, features, playlists
from flows.aliases import BadAlias
from flows.asking import AlreadyAsking
from flows.dates import BadDate
from flows.demo.anchor import BadAnchor
from flows.demo.catalogue import BadCatalogue
from flows.demo.generate import UnlikelyHistories
from flows.demo.server import ServerDidNotStart
from flows.forgetting import NothingFrom
from flows.full_reading import BadRange
from flows.histories import BadListener, BadTimezone
from flows.listening_source import NoListeners
from flows.playlists import NothingToWrite
from flows.renaming import BadRenaming
from flows.settings import BadSetting
from flows.sources.errors import SourceError
from flows.sources.mapping import BadMapping
from flows.sources.text_file import NotAHistory
from flows.subcommands import artists, histories, listeners, lists, running
from flows.syncing import ListenersFailed
from flows.terminal import end_with
from ui.app import CannotListen, NotReady
from ui.database.errors import BadDatabase
from ui.playlists import UnknownPlaylist
from ui.settings import BadAppSetting
from ui.store import UnknownListener
from ui.strategies import UnknownStrategy
from ui.version import Unavailable

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Finds the music a listener would want next, from their own listening history, and says why.",
    epilog="Settings come from the environment (SEGUE_HOME, LASTFM_API_KEY, …): the README lists them.",
)
COMMANDS: dict[str, Callable[..., None]] = {
    "demo": running.demo,
    "up": running.up,
    "sync": histories.sync,
    "import": histories.import_history,
    "enrich": lists.enrich,
    "forget-source": histories.forget,
    "rename": histories.rename,
    "merges": histories.merges,
    "alias": artists.alias,
    "alike": listeners.alike,
    "build": lists.build,
    "recommend": lists.recommend,
    "evaluate": lists.evaluate,
    "generate": histories.generate,
    "status": lists.status,
    "serve": running.serve,
    "token": running.token,
}
for name, command in COMMANDS.items():
    app.command(name)(command)
app.add_typer(community.app, name="community")
app.add_typer(features.app, name="features")
app.add_typer(playlists.app, name="playlist")
MENDABLE = (
    AlreadyAsking,
    BadAlias,
    BadAnchor,
    BadAppSetting,
    BadCatalogue,
    BadDatabase,
    BadDate,
    BadListener,
    BadMapping,
    BadRange,
    BadRenaming,
    BadSetting,
    BadTimezone,
    CannotListen,
    ListenersFailed,
    NoListeners,
    NotAHistory,
    NotReady,
    NothingFrom,
    NothingToWrite,
    OSError,
    ServerDidNotStart,
    SourceError,
    Unavailable,
    UnknownListener,
    UnknownPlaylist,
    UnknownStrategy,
    UnlikelyHistories,
)


def main() -> None:
    """Run a command. An error that the user can fix ends in one line and status 1, a wrong usage in status 2."""
    try:
        app()
    except MENDABLE as error:
        end_with(error)
    except Exception as error:
        # In the except clause, `failures()` would be called, and load Great Expectations, whatever was raised.
        if not isinstance(error, engine.failures()):
            raise
        end_with(error)
