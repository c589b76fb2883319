"""The long steps of a command, each with a progress bar."""

from collections.abc import Sequence
from typing import Any

from flows import engine, enriching
from flows.providers import Provider
from flows.settings import Settings
from flows.terminal import progress, say, say_written
from jobs.questions import LASTFM
from jobs.report import Report


def enrich(settings: Settings, providers: Sequence[Provider], listeners: Sequence[str], calls: int) -> None:
    """Fetch facts, then build what they change. Ctrl-C loses nothing: the next run goes on from there."""
    with progress() as bars:
        task = bars.add_task("fetch facts about music", total=calls)
        done = enriching.enrich(
            settings,
            providers,
            calls=calls,
            listeners=listeners,
            progress=lambda at: bars.update(
                task, completed=at.calls, description=f"fetch facts about music: {at.doing}"
            ),
        )
    say(str(done))
    if all(one.name != LASTFM for one in providers):
        say(f"Asked without a key: {', '.join(one.name for one in providers)}. Set LASTFM_API_KEY to get more facts")
    say_written(done.report + build(settings, engine.CANDIDATES, listeners=listeners))


def build(settings: Settings, tables: Sequence[str], **options: Any) -> Report:
    """Build while a progress bar shows that work goes on."""
    with progress() as bars:
        bars.add_task("build", total=None)
        return engine.build(settings, tables, **options)
