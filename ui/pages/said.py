"""The list of a listener's feedback on tracks and artists, with buttons to undo it."""

from collections.abc import Sequence

from ui.feedback import Given, Verdict
from ui.icons import icon
from ui.markup import name
from ui.view import day

SHOWN = 50
WORDS = {Verdict.LIKE: "liked", Verdict.SKIP: "skipped", Verdict.NOT_NOW: "not now", Verdict.NEVER: "never"}


def said_list(given: Sequence[Given]) -> str:
    """The verdicts in force, the newest first; empty if there are none."""
    if not given:
        return ""
    rows = "".join(_said(each) for each in given[:SHOWN])
    return (
        f'<section class="sg-said"><header><h3>What you said</h3><p class="sg-count">{len(given):,}</p></header>'
        f"<ol>{rows}</ol></section>"
    )


def _said(given: Given) -> str:
    subject = given.subject
    about = name(subject.track_name or subject.artist_name)
    by = f"{name(subject.artist_name)}, " if subject.track_name else "artist, "
    until = f" until {day(given.expires_at)}" if given.expires_at and given.verdict is Verdict.NOT_NOW else ""
    return (
        f"<li>{icon(given.verdict.value if given.verdict is not Verdict.SKIP else 'not_now')}"
        f'<p>{about}<span class="sg-plays">{by}{WORDS[given.verdict]}{until}</span></p>'
        f'<button type="button" data-do="undo" data-event="{given.event_id}" class="sg-quiet">Undo</button></li>'
    )
