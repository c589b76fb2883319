"""`segue alias`: makes, removes and finds aliases, for one artist whose name services write differently."""

from flows import engine
from flows.landing import write_whole
from flows.settings import Settings
from flows.terminal import progress, say, say_written
from flows.under_way import build as build_now
from jobs.failures import JobFailed
from jobs.report import Report
from ui.view import counted, plain

# The file with the name whose alias a run is removing, until the tables that follow from it are built.
UNDER_WAY = "run/undoing-alias"


class BadAlias(Exception):
    """Arguments that do not make clear what is asked."""


def make(settings: Settings, name: str, into: str) -> None:
    """Make the name an alias of the other artist's; build what that changes, for all listeners."""
    with progress() as bars:
        bars.add_task("read plays", total=None)
        report = engine.make_alias(settings, name, into)
    say(f"{plain(name)} is now an alias of {plain(into)}, in existing and future plays and in facts about music")
    say("the original names are kept: 'segue alias --undo NAME' restores them")
    if not report.written:
        say("no existing play has changed")
    _build(settings, report)


def undo(settings: Settings, name: str) -> None:
    """Remove the name's alias; build what that changes, for all listeners. After a kill, just run it again."""
    under_way = settings.home / UNDER_WAY
    was_begun = under_way.exists() and under_way.read_text() == name
    write_whole(under_way, name.encode())
    with progress() as bars:
        bars.add_task("read plays", total=None)
        report = _undone(settings, name, was_begun=was_begun)
    say(f"{plain(name)} is no longer an alias")
    _build(settings, report)
    under_way.unlink()


def say_aliases(settings: Settings, *, proposed: bool) -> None:
    """Print the existing aliases, or, if `proposed`, pairs of names that look alike."""
    with progress() as bars:
        bars.add_task("read plays", total=None)
        found = engine.aliases(settings, proposed=proposed).aliases
    if not found:
        say("no two artists' names look alike" if proposed else "there are no aliases")
    for alias in found:
        told = counted(alias.plays, "play")
        say(f"{plain(alias.artist_name)}  ->  {plain(alias.into_artist_name)}  ({told})")
    if found and proposed:
        say("to make an alias, run: segue alias NAME INTO")


def _undone(settings: Settings, name: str, *, was_begun: bool) -> Report:
    """What was written; nothing if a killed run had already removed the alias, but not built what follows."""
    try:
        return engine.undo_alias(settings, name)
    except JobFailed:
        if was_begun:
            return Report()
        (settings.home / UNDER_WAY).unlink()
        raise


def _build(settings: Settings, report: Report) -> None:
    say_written(report + build_now(settings, engine.EVERYTHING))
