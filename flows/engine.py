"""The only place that starts Spark jobs: in this process, through a Spark Connect server, or by spark-submit."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from flows.app_database import joined_listeners
from flows.feedback import land_feedback
from flows.processes import alive
from flows.settings import Settings
from jobs.failures import JobFailed, explained
from jobs.questions import LASTFM_ALONE, Askable
from jobs.report import Report
from jobs.session import SparkUnavailable, session, spark_environment, submit_command

PLAYS, PLAY_COUNTS, CATALOGUE = ("plays",), ("play-counts",), ("catalogue",)
COMMUNITY_PLAYS, COMMUNITY = ("silver.community_plays",), ("community",)
FEATURES = ("features",)
FEEDBACK, NEIGHBORS, BEHIND, EVALUATE = "feedback", "neighbors", ("behind",), "evaluate"
CANDIDATES = (FEEDBACK, NEIGHBORS, "candidates", "publish")
EVERYTHING = (*PLAYS, *PLAY_COUNTS, *CATALOGUE, *COMMUNITY, *FEATURES, *CANDIDATES)
JOB = Path(__file__).resolve().parent.parent / "jobs" / "run.py"


def build(  # noqa: PLR0913 (what a build can be told)
    settings: Settings,
    tables: Sequence[str],
    *,
    listeners: Sequence[str] = (),
    as_of: datetime | None = None,
    batches: Collection[str] = (),
    questions: int = 0,
    askable: Askable = LASTFM_ALONE,
    accept_fewer: bool = False,
    forget: str = "",
) -> Report:
    """Bring the tables of these steps up to date, for these listeners or for all; does nothing if nothing changed.

    `batches` are the landed pages that the report accounts for. The report also has up to `questions` questions worth
    asking each provider in `askable`. `accept_fewer` accepts tables that have lost more than half of their rows.
    `forget` names a source whose plays are first removed for these listeners. Raises one of `failures()`, and
    `BadDatabase` if the app's database (feedback, joined listeners) cannot be read.
    """
    if {FEEDBACK, *BEHIND} & set(tables):
        land_feedback(settings)
    joined = joined_listeners(settings) if {NEIGHBORS, *BEHIND} & set(tables) else None
    if settings.spark_master:
        options = [("--batch", batch) for batch in batches]
        options += [("--questions", str(questions)), ("--askable", json.dumps(askable))]
        options += [("--as-of", as_of.isoformat())] if as_of else []
        options += [] if joined is None else [("--joined", json.dumps(joined))]
        flags = [*(["--accept-fewer"] if accept_fewer else []), *([f"--forget={forget}"] if forget else [])]
        return _submitted(
            settings, [*tables, *_named(listeners), *flags, *(text for option in options for text in option)]
        )
    from jobs.run import moment, run

    forgotten = _asked(settings, [*_named(listeners), f"--forget={forget}"]) if forget else Report()
    with explained(settings.home):
        spark = session(remote=_connect_server(settings), log=_log(settings))
        return forgotten + run(
            spark,
            settings.home,
            tables,
            moment(as_of),
            listeners=listeners,
            batches=batches,
            questions=questions,
            askable=askable,
            accept_fewer=accept_fewer,
            joined=joined,
        )


def vanished(settings: Settings, reading: Path, *, remove: bool, accept_fewer: bool) -> Report:
    """Count the plays missing from a complete reading; `remove` them if asked. Raises as `build` does."""
    flags = [name for name, given in (("--remove", remove), ("--accept-fewer", accept_fewer)) if given]
    return _asked(settings, [f"--compare={reading.relative_to(settings.home / 'bronze')}", *flags])


def merges(settings: Settings, listener: str) -> Report:
    """A listener's plays that several sources saw, by pair of sources, and why they are one. Raises as `build` does."""
    return _asked(settings, [f"--merges={listener}"])


def rename(settings: Settings, plan: Path) -> Report:
    """Rename a listener in the lake, as the plan's file says. Raises as `build` does."""
    return _asked(settings, [f"--rename={plan}"])


def make_alias(settings: Settings, name: str, into: str) -> Report:
    """Make an artist's name an alias of another's. Raises as `build` does."""
    return _asked(settings, [f"--alias={name}", f"--into={into}"])


def undo_alias(settings: Settings, name: str) -> Report:
    """Remove the alias of an artist's name. Raises as `build` does."""
    return _asked(settings, [f"--undo-alias={name}"])


def aliases(settings: Settings, *, proposed: bool) -> Report:
    """The existing aliases, or those that similar names suggest. Raises as `build` does."""
    return _asked(settings, ["--propose-aliases" if proposed else "--list-aliases"])


def evaluate(settings: Settings, listeners: Sequence[str], *, cuts: int, days: int) -> Report:
    """Measure how good the recommendations would have been at `cuts` cuts in time. Raises as `build` does."""
    if settings.spark_master:
        return _submitted(settings, [EVALUATE, "--cuts", str(cuts), "--days", str(days), *_named(listeners)])
    from jobs.run import evaluate as evaluate_in

    with explained(settings.home):
        spark = session(remote=_connect_server(settings), log=_log(settings))
        return evaluate_in(spark, settings.home, listeners, cuts, days)


def behind(settings: Settings) -> Mapping[str, int]:
    """For each step, how much is left to do: landed pages for plays and catalogue, listeners for the others."""
    return build(settings, BEHIND).behind


def failures() -> tuple[type[Exception], ...]:
    """The exceptions `build` raises for faults that a person can fix; each message is one line."""
    from jobs.run import FAILURES

    return FAILURES


def warm_up(settings: Settings) -> threading.Thread:
    """Start what a build needs in the background: the imports, and the session's JVM."""
    thread = threading.Thread(target=_warm, args=(settings,), daemon=True)
    thread.start()
    return thread


def _warm(settings: Settings) -> None:
    """A failure here does no harm: the build will fail for the same reason, and report it."""
    if settings.spark_master:
        return
    importing = threading.Thread(target=failures, daemon=True)
    importing.start()
    try:
        session(remote=_connect_server(settings), log=_log(settings)).range(1).collect()
    except SparkUnavailable as trouble:
        print(f"segue: {trouble}", file=sys.stderr)
    importing.join()


def _connect_server(settings: Settings) -> str | None:
    """The Spark Connect server to use: the one in the settings, or the one that `segue up` runs on this lake."""
    state = settings.home / "run" / "services.json"
    if settings.spark_remote or not state.exists():
        return settings.spark_remote
    server = json.loads(state.read_text()).get("spark-connect")
    return str(server["url"]) if server and alive(int(server["pid"])) else None


def _log(settings: Settings) -> Path:
    return settings.home / "logs" / "spark.log"


def _asked(settings: Settings, words: Sequence[str]) -> Report:
    """Run a request to the lake other than a build, given as the arguments of jobs/arguments.py."""
    if settings.spark_master:
        return _submitted(settings, words)
    from jobs.run import ask

    with explained(settings.home):
        return ask(session(remote=_connect_server(settings), log=_log(settings)), settings.home, words)


def _named(listeners: Sequence[str]) -> list[str]:
    """One option per listener, written with `=`, since a name may begin with a dash."""
    return [f"--listener={name}" for name in listeners]


def _submitted(settings: Settings, arguments: Sequence[str]) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "report.json"
        places = ["--home", str(settings.home), "--report", str(written)]
        command = submit_command(str(settings.spark_master), JOB, *arguments, *places)
        environment = {**os.environ, **spark_environment()}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode or not written.exists():
            raise JobFailed(_last_words(done.stderr, str(settings.spark_master)))
        return Report.from_dict(json.loads(written.read_text()))


def _last_words(errors: str, master: str) -> str:
    said = [line for line in errors.splitlines() if line.startswith("jobs/run.py: ")]
    if said:
        return said[-1].removeprefix("jobs/run.py: ")
    return f"spark-submit to {master} failed: {errors.strip()[-500:]}"
