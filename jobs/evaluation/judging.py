"""Computes each listener's figures at a cut: every ranking for every target."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from jobs.evaluation import metrics
from jobs.evaluation.baselines import POPULARITY, Baselines, Ranking
from jobs.evaluation.figures import Question
from jobs.evaluation.leaks import same_count
from jobs.evaluation.metrics import Doubles, Items
from jobs.evaluation.scene import Scene
from jobs.evaluation.targets import Target, ranked, targets
from jobs.strategies import STRATEGIES

LENGTHS = (10, 50, 200)
# The list as it is shown: gold.track_candidates in its order, with as many tracks per artist as ui/lists.py shows.
UNIFIED = "unified"
TRACKS_PER_ARTIST = 3
# A ranking that is given the right answers, which the check for leaks must find; it is used for nothing else.
PLANTED = "planted_leak"
NOTHING = np.empty(0, np.int64)


@dataclass(frozen=True)
class Judged:
    """One listener at one cut: figures, and the first 200 items of each ranking, by target and ranking."""

    listener: str
    figures: Mapping[Question, float]
    lists: Mapping[tuple[str, str], Items]


def judged(scene: Scene) -> Iterator[Judged]:
    """The figures of every listener of the cut. Raises `MiscountedPopularity`."""
    same_count(scene.track_listeners, counted_apart(scene))
    baselines = Baselines(scene)
    for listener, name in enumerate(scene.listeners):
        rankings = {**own_rankings(scene, listener), **baselines.rankings(listener)}
        yield _judged(scene, listener, name, rankings)


def own_rankings(scene: Scene, listener: int) -> dict[str, Ranking]:
    """The list of each strategy alone, and the unified one as it is shown."""
    proposed = {strategy: Ranking(scene.proposed(strategy, listener)) for strategy in STRATEGIES}
    return {**proposed, UNIFIED: Ranking(capped(scene.shown(listener), scene.music.artist_of))}


def capped(tracks: Items, artist_of: Items, most: int = TRACKS_PER_ARTIST) -> Items:
    """The list with only the first `most` tracks of each artist."""
    artists = artist_of[tracks]
    order = np.argsort(artists, kind="stable")
    starts = np.searchsorted(artists[order], artists[order])
    places = np.empty(len(tracks), np.int64)
    places[order] = np.arange(len(tracks)) - starts
    return tracks[places < most]


def counted_apart(scene: Scene) -> Doubles:
    """The listeners of each track, counted from single pairs, independently of the matrix used for popularity."""
    pairs = {(row.username, row.track_id) for row in scene.past.played}
    counts = np.zeros(len(scene.music.tracks))
    for _, track in pairs:
        counts[scene.music.track_number[track]] += 1
    for track in scene.music.community_tracks.tocoo().col:
        counts[track] += 1
    return counts


def first_items(scene: Scene, target: Target, ranking: Ranking) -> Items:
    """The first 200 of the target's items in the ranking."""
    if target.of_artists and ranking.artists is not None:
        return ranking.artists[target.eligible[ranking.artists]][: LENGTHS[-1]]
    if ranking.is_capped:
        return capped(ranking.tracks[target.eligible[ranking.tracks]], scene.music.artist_of)[: LENGTHS[-1]]
    return ranked(ranking.tracks, target, scene.music.artist_of, LENGTHS[-1])


def _judged(scene: Scene, listener: int, name: str, rankings: Mapping[str, Ranking]) -> Judged:
    figures, lists = dict[Question, float](), dict[tuple[str, str], Items]()
    for target in targets(scene, listener):
        figures[Question(target.name, "catalogue", "missing")] = target.missing
        if not len(target.relevant):
            continue
        tops = {ranking: first_items(scene, target, each) for ranking, each in rankings.items()}
        lists |= {(target.name, ranking): top for ranking, top in tops.items()}
        for ranking, top in tops.items():
            figures |= _figures(scene, listener, target, ranking, top)
        figures |= _comparisons(target, tops)
        leaking = Question(target.name, PLANTED, "ndcg", LENGTHS[0])
        figures[leaking] = metrics.ndcg(planted(target.relevant, tops[POPULARITY]), target.relevant, LENGTHS[0])
    return Judged(name, figures, lists)


def _figures(scene: Scene, listener: int, target: Target, ranking: str, top: Items) -> dict[Question, float]:
    tags = scene.music.artist_tags if target.of_artists else scene.music.track_tags
    heard = scene.artist_listeners if target.of_artists else scene.track_listeners
    people = (scene.people_by_artist if target.of_artists else scene.people_by_track).shape[0]
    liked = _distribution(tags, scene.artist_plays(listener) if target.of_artists else scene.plays(listener))
    found = dict[Question, float]()
    for k in LENGTHS:
        first = top[:k]
        values = {
            "hit_rate": metrics.hit_rate(top, target.relevant, k),
            "recall": metrics.recall(top, target.relevant, k),
            "ndcg": metrics.ndcg(top, target.relevant, k),
        }
        if len(first):
            values["diversity"] = metrics.diversity(tags[first])
            values["novelty"] = metrics.novelty(top, heard, people, k)
            values["miscalibration"] = metrics.miscalibration(liked, _distribution(tags, _once(first, len(heard))))
        found |= {Question(target.name, ranking, metric, k): value for metric, value in values.items()}
    return found


def _comparisons(target: Target, tops: Mapping[str, Items]) -> dict[Question, float]:
    """What each strategy adds alone and shares with others; by how much the shown list leads each other ranking."""
    found = dict[Question, float]()
    for k in LENGTHS:
        for strategy in STRATEGIES:
            top, rest = tops[strategy], [each for each in STRATEGIES if each != strategy]
            others = np.concatenate([tops[each][:k] for each in rest])
            alone = Question(target.name, strategy, "marginal_recall", k)
            found[alone] = metrics.marginal_recall(top, others, target.relevant, k)
            for other in rest:
                shared = Question(target.name, strategy, "overlap", k, other)
                found[shared] = metrics.overlap(top, tops[other], k)
        own = metrics.recall(tops[UNIFIED], target.relevant, k)
        for other in tops.keys() - {UNIFIED}:
            lead = Question(target.name, UNIFIED, "recall_lead", k, other)
            found[lead] = own - metrics.recall(tops[other], target.relevant, k)
    return found


def _once(items: Items, count: int) -> Doubles:
    weights = np.zeros(count)
    weights[items] = 1
    return weights


def _distribution(tags: csr_matrix, weights: Doubles) -> Doubles:
    """The distribution of the items' tags by these weights; an item's tags share its weight equally."""
    # Only items with weight are read: a list has two hundred of some hundred thousand.
    items = np.flatnonzero(weights)
    own, wanted = tags[items], weights[items]
    sums = np.asarray(own.sum(axis=1)).ravel()
    shares = np.divide(wanted, sums, out=np.zeros_like(wanted), where=sums > 0) @ own
    total = shares.sum()
    return np.asarray(shares / total if total else shares).ravel()


def planted(relevant: Items, honest: Items) -> Items:
    """The relevant items, followed by the rest of an honest ranking."""
    return np.concatenate([relevant, honest[~np.isin(honest, relevant)]])


def shown_by_listener(lists: Sequence[Items]) -> Doubles:
    """listeners x shown items: how often each is shown. Each of `lists` has one listener's items, once for each cut."""
    shown = np.unique(np.concatenate([NOTHING, *lists]))
    counts = np.zeros((len(lists), len(shown)))
    for row, each in enumerate(lists):
        np.add.at(counts[row], np.searchsorted(shown, each), 1)
    return counts
