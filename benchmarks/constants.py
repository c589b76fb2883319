"""Compares constants of the strategies, and ways to mix their lists: tuned on earlier cuts, judged on later ones.

`make bench-constants HISTORIES=FOLDER`, or `python -m benchmarks.constants FOLDER`; see `benchmarks.quality` for the
folder. Every setting changes one thing. The strategy is built again by the lake's own functions, and the change is
measured in the list that is shown, for each target. The earlier half of each listener's cuts tunes, the later judges.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from unittest.mock import patch

import numpy as np
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from benchmarks.quality import asked_for, land_and_build
from jobs.aliases import Aliases
from jobs.candidates import RANK_CONSTANT
from jobs.columns import popularity
from jobs.evaluate import days_played
from jobs.evaluation.baselines import Ranking
from jobs.evaluation.cuts import rolling_cuts
from jobs.evaluation.intervals import of_mean
from jobs.evaluation.judging import capped, first_items
from jobs.evaluation.metrics import Doubles, recall
from jobs.evaluation.music import all_music
from jobs.evaluation.past import Frames, Lists, as_it_was, plays_before, proposed, read_by, told_by
from jobs.evaluation.scene import Scene
from jobs.evaluation.targets import TARGETS, Target, targets
from jobs.lake import Lake
from jobs.session import fit, session
from jobs.silver.candidate_similar_artist import HUB_FLOOR
from jobs.strategies import MODULES, STRATEGIES
from jobs.taste import tastes

LENGTH = 50
AS_IT_IS = "as it is"
WEIGHTS = (0.0, 0.8, 0.9, 1.1, 1.25)
RANK_CONSTANTS = (20.0, RANK_CONSTANT, 200.0)
# By listener: their track_ids, the best first.
Shown = Mapping[str, Sequence[str]]
# By target, setting and listener: recall at each cut, the earliest first.
Recalls = dict[str, dict[str, dict[str, list[float]]]]


@dataclass(frozen=True)
class Constant:
    """Another value for a name in the module of one strategy."""

    name: str
    strategy: str
    attribute: str
    value: object

    def proposed(
        self, lake: Lake, frames: Frames, aliases: Aliases, at: datetime
    ) -> Mapping[str, Sequence[tuple[str, float]]]:
        """The strategy's lists with this value, as in `Past.lists`."""
        module = MODULES[self.strategy]
        read = read_by(module.TABLE, lake, frames, aliases)
        with patch.object(module, self.attribute, self.value):
            return proposed(module.build(*read, generated_at=at))


@dataclass(frozen=True)
class Mix:
    """A way to make one list of the strategies' lists: each track's largest score, or the sum of its scores.

    A score is rank_constant / (rank_constant - 1 + rank), times the strategy's weight; of weight 0 the list is left
    out. Ties go to the track that more strategies propose.
    """

    name: str
    weights: Mapping[str, float] = field(default_factory=dict)
    rank_constant: float = RANK_CONSTANT
    combine: Callable[[Sequence[float]], float] = max
    is_capped: bool = True

    def mixed(self, lists: Lists, listener: str) -> Sequence[str]:
        """The listener's list."""
        scores = defaultdict[str, list[float]](list)
        for strategy, listed in lists.items():
            weight = self.weights.get(strategy, 1.0)
            for track, score in listed.get(listener, ()) if weight else ():
                scores[track].append(weight * self._score(score))
        return sorted(scores, key=lambda track: (-self.combine(scores[track]), -len(scores[track]), track))

    def _score(self, score: float) -> float:
        rank = round(RANK_CONSTANT / score - RANK_CONSTANT) + 1
        return self.rank_constant / (self.rank_constant - 1 + rank)


def _power(exponent: float) -> Callable[[Column], Column]:
    return lambda column: F.pow(column, F.lit(exponent))


def _hub(power: float) -> Callable[[Column], Column]:
    return lambda listed: F.pow(listed + HUB_FLOOR, F.lit(power))


def _weighed(weight: Column) -> Callable[[DataFrame], DataFrame]:
    """Tastes by which listeners are folded in with this weight for each of their artists."""
    return lambda counts: tastes(counts).withColumn("mild_taste", weight)


def _squared_popularity(listeners: str) -> Column:
    return F.pow(popularity(listeners), F.lit(2))


def _constants() -> Iterator[Constant]:
    """The values tried for one constant at a time, in addition to the one that ships."""
    artist, tag, alike = "similar_artist", "similar_tag", "collaborative"
    for exponent in (0.25, 1):
        yield Constant(f"taste's root {exponent}", artist, "tastes", partial(tastes, root=_power(exponent)))
    for power in (0, 1):
        yield Constant(f"hub power {power}", artist, "hub", _hub(power))
    for strategy, attribute, values in (
        (artist, "HUB_FLOOR", (0, 10)),
        (artist, "LARGEST_MATCH", (0.7, 1.0)),
        (artist, "TRACKS_PER_ARTIST", (3, 5)),
        (tag, "TAGS_PER_LISTENER", (10, 40)),
        ("deep_cut", "LEAST_OBSCURITY", (0.3, 0.7)),
        ("deep_cut", "CUTS_PER_ARTIST", (5, 20)),
        ("deep_cut", "LOVED_ARTISTS", (25, 100)),
        ("deep_cut", "UNLISTED", (0.25, 1.0)),
        ("old_favorite", "FADED", (0.3, 0.7)),
        ("old_favorite", "FEWEST_PLAYS", (2, 5)),
        (alike, "TRACKS_PER_ARTIST", (3,)),
        (alike, "ARTISTS_PROPOSED", (50, 200)),
    ):
        yield from (Constant(f"{strategy}: {attribute} {value}", strategy, attribute, value) for value in values)
    for power in (1, 3):
        yield Constant(f"idf power {power}", tag, "rarity", _power(power))
    folded = {"all alike": F.lit(1.0), "ln(1 + plays)": F.col("familiarity"), "square roots": F.col("taste")}
    for name, weight in folded.items():
        yield Constant(f"folded in: {name}", alike, "tastes", _weighed(weight))
    yield Constant("listeners like you: popularity squared", alike, "popularity", _squared_popularity)


def _mixes() -> Iterator[Mix]:
    """The mixes that are compared, the one that ships first."""
    yield Mix(AS_IT_IS)
    yield Mix("without the cap of three", is_capped=False)
    for constant in RANK_CONSTANTS:
        yield Mix(f"sum of scores, rank constant {constant:.0f}", rank_constant=constant, combine=sum)
    for strategy in STRATEGIES:
        yield from (Mix(f"{strategy} weighs {weight}", {strategy: weight}) for weight in WEIGHTS)


def measured(lake: Lake, cuts: int, days: int) -> Recalls:
    """The recall of each setting for each target. Raises `ValueError` if the mix is not the list that is shown."""
    played = days_played(lake)
    chosen = rolling_cuts(played, cuts, days)
    fit(lake.spark, sum(map(len, played.values())))
    music, aliases = all_music(lake), Aliases.of(lake)
    found: Recalls = {target: defaultdict(partial(defaultdict, list)) for target in TARGETS}
    for number, cut in enumerate(chosen, 1):
        started = time.monotonic()
        everybody = plays_before(lake, cut.at, tuple(played))
        frames = as_it_was(lake, everybody, cut)
        scene = Scene(music, told_by(lake, everybody, frames, cut))
        sought = [*_targets(scene)]
        for name, ranking in _rankings(lake, frames, aliases, scene):
            for listener, target in sought:
                reached = recall(first_items(scene, target, ranking[listener]), target.relevant, LENGTH)
                found[target.name][name][listener].append(reached)
        took = time.monotonic() - started
        print(
            f"cut {number} of {len(chosen)}: {cut.at:%Y-%m-%d}, {len(cut.listeners)} listeners, {took:.0f} s",
            flush=True,
        )
    return found


def _rankings(
    lake: Lake, frames: Frames, aliases: Aliases, scene: Scene
) -> Iterator[tuple[str, Mapping[str, Ranking]]]:
    """Each setting's name, and the list of every listener of the cut."""
    cut, lists, ships = scene.past.cut, scene.past.lists, Mix(AS_IT_IS)
    for mix in _mixes():
        mixed = {listener: mix.mixed(lists, listener) for listener in cut.listeners}
        if mix.name == AS_IT_IS and mixed != {name: scene.past.shown.get(name, []) for name in cut.listeners}:
            raise ValueError(f"at the cut of {cut.at:%Y-%m-%d} the mix is not the list that is shown")
        yield mix.name, _as_rankings(scene, mixed, is_capped=mix.is_capped)
    for constant in _constants():
        changed = {**lists, constant.strategy: constant.proposed(lake, frames, aliases, cut.at)}
        yield constant.name, _as_rankings(scene, {name: ships.mixed(changed, name) for name in cut.listeners})


def _as_rankings(scene: Scene, lists: Shown, *, is_capped: bool = True) -> Mapping[str, Ranking]:
    def ranking(listener: str) -> Ranking:
        tracks = scene.music.numbered(lists.get(listener, ()))
        return Ranking(capped(tracks, scene.music.artist_of) if is_capped else tracks)

    return {listener: ranking(listener) for listener in scene.listeners}


def _targets(scene: Scene) -> Iterator[tuple[str, Target]]:
    for number, listener in enumerate(scene.listeners):
        yield from ((listener, target) for target in targets(scene, number) if len(target.relevant))


def tables(found: Recalls) -> Iterator[str]:
    """For each target a table: what ships, and then the lead over it of every setting that changes anything."""
    for target, by_setting in found.items():
        ships = _halves(by_setting[AS_IT_IS])
        yield f"\n### {target}, recall@{LENGTH}\n\n| setting | tuned | judged |\n|---|---|---|"
        yield f"| {AS_IT_IS} | {_mean(ships[0])} | {_mean(ships[1])} |"
        for name, recalls in by_setting.items():
            leads = [np.subtract(ours, theirs) for ours, theirs in zip(_halves(recalls), ships, strict=True)]
            if any(lead.any() for lead in leads):
                yield f"| {name} | {_mean(leads[0], sign='+')} | {_mean(leads[1], sign='+')} |"


def _halves(recalls: Mapping[str, Sequence[float]]) -> tuple[Doubles, Doubles]:
    """Each listener's mean over the earlier half of their cuts, and over the later half; a single cut judges."""
    split = [(each[: len(each) // 2], each[len(each) // 2 :]) for each in recalls.values()]
    earlier = np.array([np.mean(first) for first, _ in split if first])
    return earlier, np.array([np.mean(last) for _, last in split])


def _mean(values: Doubles, sign: str = "") -> str:
    if not len(values):
        return "no listener has two cuts"
    found = of_mean(values)
    return f"{found.value:{sign}.4f} ({found.low:{sign}.4f} to {found.high:{sign}.4f})"


def main() -> None:
    """Print the tables. A home that is built already is used as it is."""
    with asked_for(__doc__) as (home, asked):
        if not (home / "lake").exists():
            land_and_build(home, asked.histories)
        for line in tables(measured(Lake(session(), home / "lake"), asked.cuts, asked.days)):
            print(line)


if __name__ == "__main__":
    main()
