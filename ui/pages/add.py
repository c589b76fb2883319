"""The view Add: a form for a Last.fm name or a history file, and the progress until there are recommendations."""

from collections.abc import Mapping
from html import escape
from typing import Any

from ui import toasts
from ui.added import kept_name
from ui.importing import ImportRefused
from ui.markup import name, sentence
from ui.pages.address import Address
from ui.pages.look import Look
from ui.runs import CHAIN, SYNC, Progress, Run, RunsUnavailable, UnknownRun
from ui.store import UnknownListener
from ui.version import Unavailable

STEPS = {
    SYNC: "Fetch your plays",
    "aggregate-plays": "Count them, recent ones for more",
    "enrich-catalogue": "Fetch facts about the music",
    "generate-candidates": "Find what to play next",
}
ACCEPTED = ".csv,.tsv,.txt,.json,.jsonl,.zip,.gz"
FROM_A_FILE = (
    "An export of Last.fm, ListenBrainz, Spotify, Maloja or Koito, or a table of plays as CSV or JSON, also as"
    " zip or gzip. Times without a zone are read as UTC; use `segue import --timezone` for others."
)

NO_NEED_TO_WAIT = "<p>You do not have to wait here: the list will appear as soon as it is built.</p>"


def shown(look: Look) -> str:
    """The forms, or the progress of a sync or an import."""
    asked = look.address.asked
    if "import" in asked:
        return _import(look, asked["import"])
    return _progress(look, asked["run"]) if "run" in asked else _forms(look)


def done(told: Mapping[str, Any], look: Look) -> tuple[str, str]:
    """Start a sync or an import, or stop fetching a listener; returns a toast and the address to go to.

    Raises `BadName`, `RunsUnavailable`, `ImportRefused`.
    """
    if told.get("do") == "forget":
        look.state.added.remove(look.username)
        return toasts.toast(f"{name(look.username)} is no longer fetched"), Address(view="add").href()
    username = kept_name(str(told.get("username", "")))
    if told.get("do") == "import":
        token = look.imports.start(str(told.get("path", "")), username)
        return toasts.SILENT, Address(username, "add", {"import": token}).href()
    # The sync comes first: a listener whose plays cannot be fetched is not added.
    run = look.state.runs.start_sync(username)
    look.state.added.add(username)
    return toasts.SILENT, Address(username, "add", {"run": run.run_id}).href()


def landing(look: Look) -> str:
    """The address to go to once the sync or import in view has led to recommendations; empty before."""
    asked = look.address.asked
    try:
        done = look.imports.progress(asked["import"]) if "import" in asked else look.state.runs.progress(asked["run"])
        if not done.is_over:
            return ""
        look.store.listener(look.username)
    except (KeyError, ImportRefused, RunsUnavailable, UnknownRun, UnknownListener, Unavailable):
        return ""
    return Address(look.username).href()


def _forms(look: Look) -> str:
    return _form(look) + _dropping(look)


def _form(look: Look) -> str:
    try:
        look.state.runs.recent(1)
        trouble = ""
    except RunsUnavailable as unavailable:
        trouble = f'<p class="sg-note sg-wanting">Listeners cannot be added here now: {escape(str(unavailable))}.</p>'
    off = " disabled" if trouble or not look.may_change else ""
    return (
        '<section class="sg-empty"><h2>Add yourself</h2><p>Segue reads your listening history on Last.fm'
        " and recommends what to play next. It needs your name there, but no password.</p>"
        f'<form data-do="add" class="sg-add"><label class="sg-field" for="sg-username">Your name on Last.fm</label>'
        f'<div class="sg-line-form"><input class="sg-input" type="text" id="sg-username" name="username" required'
        f' maxlength="100" autocomplete="off" autocapitalize="off" spellcheck="false"{off}>'
        f'<button type="submit" class="sg-main-deed"{off}>Add</button></div></form>{trouble}</section>'
    )


def _dropping(look: Look) -> str:
    off = "" if look.may_change else " disabled"
    return (
        '<section class="sg-empty sg-drop"><h3>Or drop a history file</h3>'
        f'<p class="sg-note">{sentence(FROM_A_FILE)}</p><form data-do="import" class="sg-add">'
        '<label class="sg-field" for="sg-history">History file</label>'
        f'<input class="sg-input" type="file" id="sg-history" accept="{ACCEPTED}" required{off}>'
        '<label class="sg-field" for="sg-whose">Whose history it is</label>'
        '<div class="sg-line-form"><input class="sg-input" type="text" id="sg-whose" name="username" required'
        f' maxlength="100" autocomplete="off" autocapitalize="off" spellcheck="false"{off}>'
        f'<button type="submit" class="sg-main-deed"{off}>Import</button></div></form></section>'
    )


def _import(look: Look, token: str) -> str:
    try:
        done = look.imports.progress(token)
    except ImportRefused as refused:
        return _not_shown(refused)
    lines = "".join(f'<span class="sg-plays">{name(line)}</span>' for line in done.told)
    if not done.is_over:
        state, title, ending = "now", "Importing the history of", NO_NEED_TO_WAIT
    elif done.succeeded:
        unlisted = "It was imported, but there are no recommendations yet: run <code>segue build</code>."
        state, title, ending = "good", "Imported the history of", f"<p>{unlisted}</p>"
    else:
        state, title = "bad", "Not imported:"
        ending = "<p>The last line says why. Fix that, and drop the file again.</p>"
    return (
        f'<section class="sg-empty"><h2>{title} {name(done.username)}</h2><ol class="sg-steps">'
        f'<li data-state="{state}"><b>segue import</b>{lines}</li></ol>{ending}</section>'
    )


def _not_shown(why: Exception) -> str:
    return f'<section class="sg-empty"><h2>The progress cannot be shown</h2><p>{escape(str(why))}.</p></section>'


def _progress(look: Look, run_id: str) -> str:
    try:
        progress = look.state.runs.progress(run_id)
    except (RunsUnavailable, UnknownRun) as error:
        return _not_shown(error)
    whom = name(look.username)
    steps = "".join(f"<li {_step(each, progress)}" for each in (SYNC, *CHAIN))
    return (
        f'<section class="sg-empty"><h2>{_title(progress)} {whom}</h2><ol class="sg-steps">{steps}</ol>'
        f"{_ending(progress, is_added=look.state.added.has(look.username))}</section>"
    )


def _title(progress: Progress) -> str:
    return "Finished with" if progress.is_over else "Getting to know"


def _step(deployment: str, progress: Progress) -> str:
    run = _of(deployment, progress)
    state = (
        "wait"
        if run is None
        else "bad"
        if run.is_over and run.status != "completed"
        else "good"
        if run.is_over
        else "now"
    )
    told = "" if run is None else run.said or run.status
    if deployment == "enrich-catalogue" and progress.enriched is not None and state == "now":
        told = f"{progress.enriched} % of the call budget used"
    return f'data-state="{state}"><b>{STEPS[deployment]}</b><span class="sg-plays">{name(told)}</span></li>'


def _of(deployment: str, progress: Progress) -> Run | None:
    if deployment == SYNC:
        return progress.sync
    return next((run for run in reversed(progress.following) if run.deployment == deployment), None)


def _ending(progress: Progress, *, is_added: bool) -> str:
    if not progress.is_over:
        return NO_NEED_TO_WAIT
    if progress.sync.status != "completed":
        # The daily sync of a name that does not exist would fail every time.
        forget = '<p><button type="button" data-do="forget">Stop fetching this name</button></p>' if is_added else ""
        return f"<p>{sentence('Check the name, and the run in Pipeline; `segue sync NAME` shows more.')}</p>{forget}"
    return "<p>Choose your name above once it appears: new plays are built within the hour.</p>"
