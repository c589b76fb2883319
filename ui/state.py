"""All state that the app keeps for listeners, opened once and shared by the routes and the page."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from ui.added import AddedListeners
from ui.aliases import Aliases
from ui.database.engine import Database, open_database
from ui.feedback import Feedback
from ui.joined import JoinedListeners
from ui.memory import ListenerMemory
from ui.playlists import Playlists
from ui.runs import Runs
from ui.settings import AppSettings
from ui.tokens import Tokens
from ui.youtube import API, Videos


@dataclass(frozen=True)
class State:
    """The app's state; thread-safe."""

    database: Database
    memory: ListenerMemory
    playlists: Playlists
    tokens: Tokens
    added: AddedListeners
    joined: JoinedListeners
    runs: Runs
    videos: Videos

    @property
    def feedback(self) -> Feedback:
        """Listeners' feedback."""
        return self.memory.feedback

    @asynccontextmanager
    async def lifespan(self, _: object) -> AsyncIterator[None]:
        """Closes the state when the app ends."""
        yield
        await run_in_threadpool(self.close)

    def close(self) -> None:
        """Write what is not written yet, and close the database."""
        self.memory.close()
        self.runs.close()
        self.database.close()


def open_state(home: Path, settings: AppSettings, aliases: Callable[[], Aliases] = dict) -> State:
    """Open the app's database in the home, or at the settings' URL; raises `BadDatabase`.

    `aliases` returns the artists' present aliases.
    """
    database = open_database(home, settings.database_url)
    return State(
        database=database,
        memory=ListenerMemory(database, aliases),
        playlists=Playlists(database),
        tokens=Tokens(database),
        added=AddedListeners(database),
        joined=JoinedListeners(database),
        runs=Runs(settings.prefect_api_url),
        videos=Videos(database, settings.youtube_api_key, api=settings.youtube_api_url or API),
    )
