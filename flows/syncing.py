"""Fetches listeners' plays in parallel; a failure for one does not affect the others."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from flows.sources.errors import SourceError, WrongKey
from flows.sources.play_source import Landing, PlaySource, Progress

# All threads share one rate limit of a few calls a second: more threads would only hold more pages in memory.
FETCHED_AT_ONCE = 4


class ListenersFailed(Exception):
    """Some listeners' plays could not be fetched; each with the reason."""

    def __init__(self, failed: Mapping[str, SourceError]) -> None:
        super().__init__("; ".join(f"{listener}: {why}" for listener, why in sorted(failed.items())))


def fetch_listeners(
    source: PlaySource,
    listeners: Sequence[str],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    full: bool = False,
    progress: Callable[[Progress], None] = lambda _: None,
) -> tuple[list[Landing], dict[str, SourceError]]:
    """Land each listener's new plays. Returns the landings, and for those that failed the error. Raises `WrongKey`."""

    def fetch(listener: str) -> Landing | SourceError:
        try:
            return source.fetch_plays(
                listener, since=since, until=until, now=datetime.now(UTC), full=full, progress=progress
            )
        except WrongKey:
            raise
        except SourceError as error:
            return error

    with ThreadPoolExecutor(FETCHED_AT_ONCE) as pool:
        outcomes = dict(zip(listeners, pool.map(fetch, listeners), strict=True))
    landings = [outcome for outcome in outcomes.values() if isinstance(outcome, Landing)]
    return landings, {name: outcome for name, outcome in outcomes.items() if isinstance(outcome, SourceError)}
