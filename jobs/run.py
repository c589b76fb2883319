"""The job: `spark-submit jobs/run.py <table> … --home DIR` reads, builds, checks and writes these tables."""

import argparse
import json
import sys
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

if __name__ == "__main__":
    # spark-submit puts this file's folder on the path, and not the one that jobs/ and quality/ lie in.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from jobs.arguments import read_arguments
from jobs.audio import consume_features
from jobs.audit import Gate
from jobs.behind import behind
from jobs.catalogue import consume_catalogue
from jobs.claim import LakeFromAnotherVersion
from jobs.community import consume_community
from jobs.community_models import fit_models
from jobs.deeds import deeds
from jobs.evaluate import evaluate as evaluate_in
from jobs.evaluation.leaks import FutureSeen, MiscountedPopularity
from jobs.failures import JobFailed, explained
from jobs.feedback import consume_feedback
from jobs.frontier import frontier
from jobs.gate_log import log_gates
from jobs.gold import listener_neighbors
from jobs.ingest import consume
from jobs.lake import Lake, SchemaMismatch, Table
from jobs.locks import LakeIsServed
from jobs.merging import follow_aliases
from jobs.neighbors import find_neighbors
from jobs.publish import publish
from jobs.questions import LASTFM_ALONE, Askable
from jobs.rebuild import Moment, rebuild
from jobs.report import GateResult, Report
from jobs.session import SparkUnavailable, has_built, session
from jobs.silver import audio_features, community_model, community_plays, feedback, plays
from jobs.tables import BY_NAME, STEPS, TABLES
from quality.gate import GateClosed, gate

PUBLISH = "publish"
BEHIND = "behind"
EVALUATE = "evaluate"
CATALOGUE = set(STEPS["catalogue"])
FAILURES = (
    FutureSeen,
    GateClosed,
    JobFailed,
    LakeFromAnotherVersion,
    LakeIsServed,
    MiscountedPopularity,
    SchemaMismatch,
    SparkUnavailable,
)


def run(  # noqa: PLR0913 (what a job can be told)
    spark: SparkSession,
    home: Path,
    tables: Sequence[str],
    moment: Moment,
    *,
    listeners: Sequence[str] = (),
    batches: Collection[str] = (),
    questions: int = 0,
    askable: Askable = LASTFM_ALONE,
    accept_fewer: bool = False,
    joined: Sequence[str] | None = None,
) -> Report:
    """Bring these tables up to date, in build order.

    `tables` may also name a step of `jobs.tables.STEPS` (all its tables), `publish` (the served file) and `behind`
    (report how far each step is behind). The report accounts for `batches`, which are landed pages, whichever run
    consumes them, and names up to `questions` questions that are worth asking next of each provider in `askable`.
    `accept_fewer` lets a table pass the gate that has lost more than half of its rows. `joined` are the listeners who
    may be shown to each other; None leaves that as it is.
    Raises `GateClosed` if rows may not be committed; what was committed before stays.
    """
    lake = Lake(spark, home / "lake")
    tables = [name for given in tables for name in STEPS.get(given, (given,))]
    checked: list[GateResult] = []
    check = _recording(checked)
    lake.evolve(TABLES)
    lake.create(TABLES)
    with ThreadPoolExecutor(1) as beside:
        try:
            report = _consumed(lake, home / "bronze", tables, check, moment.now, asked=(listeners, batches))
            report += rebuild(lake, tables, check, moment, listeners=listeners, accept_fewer=accept_fewer)
            if joined is not None and listener_neighbors.TABLE.name in tables:
                report += find_neighbors(lake, check, joined, now=moment.now)
        finally:
            logged = beside.submit(log_gates, lake, home, checked, moment.now)
        if questions:
            worth_asking = frontier(lake, now=moment.now, most=questions, listeners=listeners, askable=askable)
            report += Report(questions=worth_asking)
        if PUBLISH in tables:
            report += publish(lake, home / "served", published_at=moment.now)
        if BEHIND in tables:
            report += Report(behind=behind(lake, home, moment, joined))
        logged.result()
    has_built()
    return report


def _consumed(
    lake: Lake,
    bronze: Path,
    tables: Collection[str],
    check: Gate,
    now: datetime,
    *,
    asked: tuple[Collection[str], Collection[str]],
) -> Report:
    """Take landed pages into those of these tables that are built from pages; `asked`: the run's listeners, batches."""
    listeners, batches = asked
    report = Report()
    if plays.TABLE.name in tables:
        followed = follow_aliases(lake, check)
        report += Report(written=followed.written, gates=followed.gates)
        report += consume(lake, bronze, check, now=now, listeners=listeners, asked=batches)
    if CATALOGUE & set(tables):
        report += consume_catalogue(lake, bronze, check, now=now)
    if feedback.TABLE.name in tables:
        report += consume_feedback(lake, bronze, check, now=now)
    if community_plays.TABLE.name in tables:
        report += consume_community(lake, bronze, check, now=now, asked=batches)
    if audio_features.TABLE.name in tables:
        report += consume_features(lake, bronze, check, now=now, asked=batches)
    if community_model.TABLE.name in tables:
        report += fit_models(lake, check, now=now)
    return report


def ask(spark: SparkSession, home: Path, words: Sequence[str]) -> Report:
    """Do what these command line arguments ask for besides building tables. Raises `GateClosed`, `JobFailed`."""
    return _asked(spark, home, _arguments(words))


def evaluate(spark: SparkSession, home: Path, listeners: Sequence[str], cuts: int, days: int) -> Report:
    """Measure recommendations at so many cuts in time against what was played after each, and publish the figures."""
    lake, now = Lake(spark, home / "lake"), moment(None).now
    lake.evolve(TABLES)
    lake.create(TABLES)
    report = evaluate_in(lake, gate, listeners=listeners, cuts=cuts, days=days, now=now)
    log_gates(lake, home, report.gates, now)
    return report + publish(lake, home / "served", published_at=now)


def _recording(checked: list[GateResult]) -> Gate:
    """The gate, with every result added to the list, also if the gate closes."""

    def check(
        rows: DataFrame,
        table: Table,
        *,
        count: int | None = None,
        fewest: int = 0,
        played: DataFrame | None = None,
    ) -> tuple[GateResult, ...]:
        try:
            results = gate(rows, table, count=count, fewest=fewest, played=played)
        except GateClosed as closed:
            checked.extend(closed.results)
            raise
        checked.extend(results)
        return results

    return check


def moment(as_of: datetime | None) -> Moment:
    """The moment of a run that starts now; recency is measured as of `as_of`, or of now."""
    now = datetime.now(UTC).replace(microsecond=0)
    return Moment(as_of=as_of or now, now=now, exact=as_of is not None)


def done(asked: argparse.Namespace) -> Report:
    """All that the command line asks for. Raises one of `FAILURES`."""
    when, fewer = moment(asked.as_of), asked.accept_fewer
    spark, home, listeners = session(), asked.home.absolute(), asked.listeners
    report = _asked(spark, home, asked)
    report += run(
        spark,
        home,
        asked.tables,
        when,
        listeners=listeners,
        batches=asked.batches,
        questions=asked.questions,
        askable=asked.askable,
        accept_fewer=fewer,
        joined=asked.joined,
    )
    if EVALUATE in asked.tables:
        report += evaluate(spark, home, listeners, asked.cuts, asked.days)
    return report


def _asked(spark: SparkSession, home: Path, asked: argparse.Namespace) -> Report:
    lake = Lake(spark, home / "lake")
    lake.evolve(TABLES)
    now, checked = moment(None).now, list[GateResult]()
    try:
        return sum((deed(lake) for deed in deeds(asked, home, _recording(checked), now)), Report())
    finally:
        log_gates(lake, home, checked, now)


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    return read_arguments(words, [*STEPS, *BY_NAME, PUBLISH, BEHIND, EVALUATE], __doc__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line and print the report as one line of JSON. The exit status is 1 if it failed."""
    asked = _arguments(arguments)
    try:
        with explained(asked.home.absolute()):
            report = done(asked)
    except FAILURES as error:
        print(f"jobs/run.py: {error}", file=sys.stderr)
        return 1
    text = json.dumps(report.as_dict())
    if asked.report:
        asked.report.write_text(text)
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
