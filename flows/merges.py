"""`segue merges`: shows which plays several sources saw, and why each is counted as one."""

from flows import engine
from flows.settings import Settings
from flows.terminal import progress, say
from jobs.report import MergedPair, Seen
from ui.view import counted, plain


def say_merges(settings: Settings, listener: str) -> None:
    """Print them by pair of sources and by rule, with examples."""
    with progress() as bars:
        bars.add_task("read plays", total=None)
        pairs = engine.merges(settings, listener).pairs
    if not pairs:
        say(f"no play of {plain(listener)} was reported by two sources")
    for pair in pairs:
        say(_in_words(pair))
        for first, second in pair.examples:
            say(f"    {_seen(pair.sources[0], first)}  =  {_seen(pair.sources[1], second)}")


def _in_words(pair: MergedPair) -> str:
    one, other = pair.sources
    return f"{one} and {other}: {counted(pair.plays, 'play')} {pair.when}, {pair.name}"


def _seen(source: str, seen: Seen) -> str:
    return f"{source} {seen.played_at} {plain(seen.track_name)} by {plain(seen.artist_name)}"
