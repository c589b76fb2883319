"""Checks for leaks: plays after the cut in the training data, and rankings that are too good to be honest."""

from collections.abc import Mapping
from datetime import UTC, datetime

import numpy as np
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.aliases import Aliases
from jobs.co_listening import SOURCE_ROWS
from jobs.co_listening import TABLES as LEARNED_FROM_PLAYS
from jobs.evaluation.intervals import of_mean
from jobs.evaluation.metrics import Doubles
from jobs.lake import Lake, Table

# A ranking that leads all others by more nDCG@10 than this is suspect: honest ones differ by less.
TOO_GOOD = 0.25


class FutureSeen(Exception):
    """The training data has plays from after the cut."""


class MiscountedPopularity(Exception):
    """The popularity used for ranking differs from an independent count."""


def told_by_others(facts: DataFrame, table: Table) -> DataFrame:
    """The table's facts without those that were derived from this lake's own histories."""
    return facts.where(f"NOT {SOURCE_ROWS}") if table in LEARNED_FROM_PLAYS else facts


def facts_of_others(lake: Lake, table: Table, aliases: Aliases) -> DataFrame:
    """This table's facts from others (see `told_by_others`), with aliases applied."""
    return aliases.facts(told_by_others(lake.read(table), table), table)


def no_play_after(plays: DataFrame, at: datetime) -> DataFrame:
    """The plays, if all are before the cut. Raises `FutureSeen`."""
    (row,) = plays.agg(F.max("played_at").alias("last")).collect()
    last = row.last and row.last.astimezone(UTC)
    if last and last >= at:
        raise FutureSeen(f"a play of {last:%Y-%m-%d %H:%M:%S} is learned from at the cut of {at:%Y-%m-%d %H:%M:%S}")
    return plays


def refuses_the_future(plays: DataFrame, at: datetime) -> bool:
    """Whether `no_play_after` refuses these plays."""
    try:
        no_play_after(plays, at)
    except FutureSeen:
        return True
    return False


def same_count(ranked_by: Doubles, counted: Doubles) -> None:
    """Raises `MiscountedPopularity` if the two differ."""
    if wrong := int(np.count_nonzero(ranked_by != counted)):
        raise MiscountedPopularity(f"the listeners of {wrong:,} tracks differ from an independent count")


def too_good(figures: Mapping[str, Doubles]) -> list[str]:
    """The rankings whose nDCG@10 leads every other by more than honest ones do; `figures` has it for each listener.

    Compared listener by listener: a ranking is named if the lower end of the interval of its lead over the best other
    one is above `TOO_GOOD`.
    """
    named = []
    for name, values in figures.items():
        others = [each for other, each in figures.items() if other != name]
        if others and len(values):
            best = max(others, key=lambda each: float(each.mean()))
            if of_mean(values - best).low > TOO_GOOD:
                named.append(name)
    return named
