"""sync-plays: fetch every listener's new plays, land them, and build silver.plays once for all of them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from prefect import flow, task, unmapped
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas import State, TaskRun
from prefect.runtime import flow_run
from prefect.states import Failed
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.tasks import Task

from flows import engine
from flows.building import Build, Fetched, build_and_announce
from flows.dates import BadDate, instant
from flows.listening_source import NoListeners, listeners_of, listening_source, services
from flows.settings import read_settings
from flows.sources.errors import SourceUnavailable, WrongKey
from flows.sources.play_source import PlaySource
from flows.syncing import FETCHED_AT_ONCE

BUILD = Build(flow="sync-plays", steps=engine.PLAYS, announces="silver.plays")
# The client has asked five times before it gives up, and then leaves the source alone for a minute.
RETRIES = 2
RETRY_AFTER_SECONDS = 65.0


def run_name() -> str:
    """Whom the run is for: `sync-plays rj`, `sync-plays 3 listeners`."""
    if not flow_run.parameters.get("fetch", True):
        return "sync-plays what has landed"
    named: list[str] | None = flow_run.parameters.get("listeners")
    if not named:
        return "sync-plays all listeners"
    return f"sync-plays {named[0]}" if len(named) == 1 else f"sync-plays {len(named)} listeners"


@flow(
    name=BUILD.flow,
    flow_run_name=run_name,
    task_runner=ThreadPoolTaskRunner(max_workers=FETCHED_AT_ONCE),  # type: ignore[arg-type]
    persist_result=False,
    result_serializer="json",
)
def sync_plays(
    listeners: list[str] | None = None, since: str | None = None, until: str | None = None, *, fetch: bool = True
) -> State[None]:
    """Fetch new plays, or a backfill, and build silver.plays; a listener that fails does not stop the others.

    Args:
        listeners: names of accounts, such as rj or listenbrainz:rob; if none is given, those in SEGUE_LISTENERS.
        since: start of a backfill, such as 2024-01-31 or 2024-01-31T12:00:00Z.
        until: end of a backfill, not included.
        fetch: if off, no plays are fetched, and only pages that are already there are built.
    """
    settings = read_settings()
    if not fetch:
        return build_and_announce(BUILD, settings)
    try:
        names = listeners_of(settings, listeners)
        window = instant("since", since), instant("until", until)
    except (NoListeners, BadDate) as error:
        return Failed(message=str(error))
    with listening_source(settings) as source:
        endings = fetch_all(services(settings, source), names, *window)
    wrong_key = next((ending for ending in endings.values() if isinstance(ending, WrongKey)), None)
    if wrong_key is not None:
        return Failed(message=f"no listener was fetched: {wrong_key}")
    return build_and_announce(BUILD, settings, Fetched(len(names), {name: str(why) for name, why in endings.items()}))


def fetch_all(
    source: PlaySource, names: Sequence[str], since: datetime | None, until: datetime | None
) -> dict[str, BaseException]:
    """Fetch side by side, a task per listener; returns why, for those that failed."""
    fetches = fetching(source).map(list(names), since=unmapped(since), until=unmapped(until))
    fetches.wait()
    endings = {name: fetched.state.result(raise_on_failure=False) for name, fetched in zip(names, fetches, strict=True)}
    return {name: ending for name, ending in endings.items() if isinstance(ending, BaseException)}


def fetching(source: PlaySource) -> Task[..., dict[str, Any]]:
    """The task that lands one listener's plays. The source is in its closure, so that no key is a parameter."""

    @task(
        name="fetch",
        task_run_name="fetch {listener}",
        retries=RETRIES,
        retry_delay_seconds=RETRY_AFTER_SECONDS,
        retry_condition_fn=failed_for_now,
        cache_policy=NO_CACHE,
        persist_result=False,
        result_serializer="json",
    )
    def fetch(listener: str, since: datetime | None, until: datetime | None) -> dict[str, Any]:
        landing = source.fetch_plays(listener, since=since, until=until, now=datetime.now(UTC))
        return {
            "listener": landing.listener,
            "new_pages": landing.new_pages,
            "plays": landing.plays,
            "calls": landing.calls,
        }

    return fetch


def failed_for_now(_task: object, _run: TaskRun, state: State[Any]) -> bool:
    """Whether a retry may help: not for a private or unknown listener, nor for a wrong key."""
    return isinstance(state.result(raise_on_failure=False), SourceUnavailable)
