"""The lake as it would have been at a cut: built by the lake's own functions, in memory, without writing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from jobs.aliases import Aliases
from jobs.columns import decayed
from jobs.evaluation.cuts import Cut
from jobs.evaluation.leaks import facts_of_others, no_play_after
from jobs.gold import track_candidates, track_play_count
from jobs.lake import USER_BUCKETS, Lake, Table, literal_rows
from jobs.listeners import Listeners
from jobs.rebuild import DERIVED
from jobs.session import at_hand
from jobs.silver import dim_users, feedback, plays
from jobs.strategies import MODULES
from jobs.tables import BY_NAME

Frames = dict[str, DataFrame]
# By strategy and listener: the proposed track_ids with score_normalized, best first.
Lists = Mapping[str, Mapping[str, Sequence[tuple[str, float]]]]


@dataclass(frozen=True)
class Past:
    """What was known at a cut, and what was played after it.

    `played` has everybody's username, track_id and play_count before the cut; `counted` those of the measured
    listeners, with `faded`, the weight of the last play at the cut; `shown` their unified lists of track_ids, without
    the cap per artist; `hidden` has username and track_id of the plays in the days after the cut.
    """

    cut: Cut
    played: Sequence[Row]
    counted: Sequence[Row]
    lists: Lists
    shown: Mapping[str, Sequence[str]]
    hidden: Sequence[Row]


def past(lake: Lake, cut: Cut, whose: Sequence[str]) -> Past:
    """The past at a cut; `whose` are the listeners whose plays count for popularity. Raises `FutureSeen`."""
    everybody = plays_before(lake, cut.at, whose)
    return told_by(lake, everybody, as_it_was(lake, everybody, cut), cut)


def told_by(lake: Lake, everybody: DataFrame, frames: Frames, cut: Cut) -> Past:
    """The past at a cut, from everybody's plays before it and the measured listeners' tables."""
    played = everybody.groupBy("username", "track_id").agg(F.count("*").alias("play_count")).collect()
    half_lives = frames[dim_users.TABLE.name].select("username", "half_life_days")
    faded = decayed("last_played_at", "half_life_days", "as_of").cast("double").alias("faded")
    counts = frames[track_play_count.TABLE.name].join(half_lives, on="username", how="inner")
    names = Listeners.named(lake.spark, cut.listeners, USER_BUCKETS)
    during = (F.col("played_at") >= F.lit(cut.at)) & (F.col("played_at") < F.lit(cut.until))
    after = names.of(lake.read(plays.TABLE)).where(during)
    return Past(
        cut,
        played,
        counts.select("username", "track_id", "play_count", "recency_score", faded).collect(),
        {name: proposed(frames[module.TABLE.name]) for name, module in MODULES.items()},
        _shown(frames[track_candidates.TABLE.name]),
        after.select("username", "track_id").distinct().collect(),
    )


def plays_before(lake: Lake, at: datetime, whose: Sequence[str]) -> DataFrame:
    """These listeners' plays before a moment. Raises `FutureSeen` if the result contains a later one."""
    of_theirs = Listeners.named(lake.spark, whose, USER_BUCKETS).of(lake.read(plays.TABLE))
    return no_play_after(at_hand(of_theirs.where(F.col("played_at") < F.lit(at))), at)


def as_it_was(lake: Lake, everybody: DataFrame, cut: Cut) -> Frames:
    """The derived tables, by name, for the measured listeners, built from the plays before the cut.

    Feedback is as it was then; catalogue and community are as they are now, since they have no dates. Facts from
    co-listening are left out: they were derived from these histories, also from plays after the cut.
    """
    names = Listeners.named(lake.spark, cut.listeners, USER_BUCKETS)
    own = names.of(everybody)
    aliases = Aliases.of(lake)
    frames = {plays.TABLE.name: own, feedback.TABLE.name: _told(lake, names, cut.at, aliases)}
    frames[dim_users.TABLE.name] = at_hand(dim_users.build(own, as_of=cut.at, computed_at=cut.at))
    for table, build in DERIVED:
        frames[table.name] = at_hand(build(read_by(table, lake, frames, aliases), cut.at))
    return frames


def read_by(table: Table, lake: Lake, frames: Frames, aliases: Aliases) -> Sequence[DataFrame]:
    """What the table is built from: the frames that there are, and the lake's facts."""
    return [frames[name] if name in frames else facts_of_others(lake, BY_NAME[name], aliases) for name in table.reads]


def proposed(candidates: DataFrame) -> Mapping[str, Sequence[tuple[str, float]]]:
    """By listener, a strategy's track_ids with score_normalized, best first."""
    found: dict[str, list[tuple[str, float]]] = {}
    rows = candidates.select("username", "track_id", "score", "score_normalized")
    for row in rows.orderBy("username", F.desc("score"), "track_id").collect():
        found.setdefault(row.username, []).append((row.track_id, row.score_normalized))
    return found


def _told(lake: Lake, names: Listeners, at: datetime, aliases: Aliases) -> DataFrame:
    if not lake.has_rows(feedback.TABLE):
        return literal_rows(lake.spark, feedback.TABLE, [])
    said = names.of(lake.read(feedback.TABLE)).where(F.col("given_at") < F.lit(at))
    return aliases.facts(said, feedback.TABLE)


def _shown(candidates: DataFrame) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = {}
    rows = candidates.select("username", "track_id", "score", "strategies")
    for row in rows.orderBy("username", F.desc("score"), F.desc("strategies"), "track_id").collect():
        found.setdefault(row.username, []).append(row.track_id)
    return found
