"""What the command line prints: results on standard output, progress on standard error.

Names are hostile input: characters that could control a terminal are removed here from every line.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from jobs.report import Consumed, Merged, Report
from ui.records import Listener, Reason, Recommendation
from ui.strategies import STRATEGIES, label, reason_in_words, strongest_first, wanting
from ui.view import counted, plain

# Control characters except the line feed; an escape starts sequences that move the cursor or set the window's title.
STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")

progress_console = Console(stderr=True)
result_console = Console(soft_wrap=True, highlight=False)


@contextmanager
def progress() -> Iterator[Progress]:
    """Show a progress bar for each task, while the block lasts."""
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
    with Progress(*columns, TimeElapsedColumn(), console=progress_console) as bars:
        yield bars


def say(line: str = "") -> None:
    """Print one line of results; nothing in it is interpreted as markup."""
    result_console.print(Text(STEERING.sub(" ", line)))


def end_with(error: Exception) -> NoReturn:
    """Exit with status 1 after printing the error in one line."""
    print(f"segue: {' '.join(STEERING.sub(' ', str(error)).split())}", file=sys.stderr)
    sys.exit(1)


def say_refusals(consumed: Iterable[Consumed]) -> None:
    """Print how many rows were refused, by reason."""
    reasons: Counter[str] = Counter()
    for batch in consumed:
        reasons.update(batch.reasons)
    for reason, count in reasons.most_common():
        say(f"refused {count:,}: {reason}")


def say_written(report: Report) -> None:
    """Print what was built, one line per table."""
    for written in report.written_by_table():
        # Facts about music belong to no listener.
        whose = f", {counted(written.listeners, 'listener')}" if written.listeners else ""
        say(f"{written.table:32} {written.rows:>9,} rows{whose}")
    for merged in report.merged:
        say(in_words(merged))
    for result in report.gates:
        if not result.success:
            say(f"warning: {result.table}: {result.rule}: {result.observed}")


def in_words(merged: Merged) -> str:
    """A sentence on which plays were merged, and why."""
    instant, names = merged.at_one_instant, merged.spelled_differently
    how = [f"{instant:,} at the same instant"] if instant else []
    how += [f"{merged.plays - instant:,} as close as their times can tell"] if merged.plays > instant else []
    spelled = f"; {names:,} of them spelled differently" if names else ""
    return f"one play each: {merged.plays:,} reported by {' and '.join(merged.sources)}, {', '.join(how)}{spelled}"


def accounting(consumed: Sequence[Consumed]) -> str:
    """`read N = new N + duplicate N + quarantined N`, over all batches."""
    read, new, duplicate, quarantined = (
        sum(getattr(batch, name) for batch in consumed) for name in ("read", "new", "duplicate", "quarantined")
    )
    return f"read {read} = new {new} + duplicate {duplicate} + quarantined {quarantined}"


def say_recommendations(listener: Listener, tracks: Sequence[Recommendation], only: str | None = None) -> None:
    """Print a listener's list, of all strategies or of one, best first, with each track's reasons in words."""
    say(f"For {plain(listener.username)}, from {counted(listener.play_count, 'play')}:")
    for place, track in enumerate(tracks, start=1):
        say(f"{place:>3}. {plain(track.track_name)} by {plain(track.artist_name)}")
        for reason in strongest_first(track):
            say(f"     {_why(reason)}")
    if not tracks:
        say("     nothing yet")
        for sentence in wanting([only] if only else STRATEGIES, listener):
            say("     " + sentence.replace("`", "'"))


def _why(reason: Reason) -> str:
    called, words = label(reason.strategy), reason_in_words(reason)
    return plain(called if words == called else f"{called}: {words}")
