"""`segue evaluate`: chooses cuts, measures each, checks the measurement and appends to gold.evaluation."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from datetime import datetime

import numpy as np
import numpy.typing as npt
from pyspark.sql import functions as F

from jobs.audit import Gate
from jobs.evaluation import leaks
from jobs.evaluation.cuts import FEWEST_AFTER, FEWEST_BEFORE, Cut, rolling_cuts
from jobs.evaluation.judging import PLANTED, judged
from jobs.evaluation.music import all_music
from jobs.evaluation.past import past
from jobs.evaluation.scene import Scene
from jobs.evaluation.summary import Summary
from jobs.evaluation.targets import NEW_TRACKS, TARGETS, catalogue_sizes
from jobs.failures import JobFailed
from jobs.gold import evaluation
from jobs.lake import Lake, literal_rows
from jobs.report import GateResult, Report, Written
from jobs.session import at_hand, fit
from jobs.silver import plays

# If there are more, a hash chooses who is measured and counts for popularity: play counts are held in memory.
MOST_LISTENERS = 1_000


def evaluate(lake: Lake, gate: Gate, *, listeners: Sequence[str], cuts: int, days: int, now: datetime) -> Report:
    """Measure these listeners, or all, at up to `cuts` cuts; append to gold.evaluation.

    Raises `JobFailed` if nobody has enough plays, and `FutureSeen` or `MiscountedPopularity` if the figures would be
    meaningless.
    """
    played = days_played(lake)
    measured = {name: each for name, each in played.items() if not listeners or name in listeners}
    chosen = rolling_cuts(measured, cuts, days)
    if not chosen:
        raise JobFailed(
            f"no listener to measure has {FEWEST_BEFORE} plays and then {FEWEST_AFTER} in {days} days: import a longer"
            " history, or give more --days"
        )
    fit(lake.spark, sum(map(len, played.values())))
    music, summary = all_music(lake), Summary()
    for cut in chosen:
        scene = Scene(music, past(lake, cut, tuple(played)))
        for one in judged(scene):
            summary.add(f"{cut.at:%Y-%m-%d}", one, catalogue_sizes(scene))
    checks = _checks(lake, summary, chosen[0])
    rows = at_hand(literal_rows(lake.spark, evaluation.TABLE, _rows(summary, now, days)))
    results = (*gate(rows, evaluation.TABLE), *checks)
    lake.append(evaluation.TABLE, rows)
    people = len({name for cut in chosen for name in cut.listeners})
    return Report(written=(Written(evaluation.TABLE.name, people, rows.count()),), gates=results)


def days_played(lake: Lake) -> Mapping[str, npt.NDArray[np.int64]]:
    """For each listener, the day of each play, in days since 1970."""
    rows = lake.read(plays.TABLE)
    chosen = rows.select("username").distinct().orderBy(F.xxhash64("username"), "username").limit(MOST_LISTENERS)
    day = F.floor(F.unix_seconds("played_at") / 86_400).alias("day")
    counted = (
        rows.join(chosen, on="username", how="left_semi").groupBy("username", day).agg(F.count("*").alias("plays"))
    )
    found: dict[str, list[npt.NDArray[np.int64]]] = defaultdict(list)
    for row in counted.orderBy("username", "day").collect():
        found[row.username].append(np.full(row.plays, row.day, np.int64))
    return {name: np.concatenate(each) for name, each in found.items()}


def _checks(lake: Lake, summary: Summary, cut: Cut) -> tuple[GateResult, ...]:
    """The evaluation's checks of itself. That popularity equals an independent count was checked at every cut."""
    named = sorted({name for target in TARGETS for name in summary.too_good(target)})
    caught = {
        "plays after the cut that are slipped in are refused": leaks.refuses_the_future(lake.read(plays.TABLE), cut.at),
        "a ranking that is told the future is flagged": PLANTED in summary.too_good(NEW_TRACKS, PLANTED),
    }
    return (
        _check("popularity equals an independent count", "holds", success=True),
        *(_check(rule, "caught" if holds else "was not caught", success=holds) for rule, holds in caught.items()),
        _check("no ranking is too good to be honest", ", ".join(named) or "none is", success=not named),
    )


def _check(rule: str, observed: str, *, success: bool) -> GateResult:
    return GateResult(evaluation.TABLE.name, rule, "warning", success, observed)


def _rows(summary: Summary, now: datetime, days: int) -> Sequence[Sequence[object]]:
    return [(now, cut, days, *astuple(question), *astuple(found)) for cut, question, found in summary.rows()]
