"""A cut as numbers: what is ranked, what is right, what is counted; and rankings that know too much."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from pyspark.sql import Row
from scipy.sparse import csr_matrix

from jobs.evaluation.baselines import KNN, KNOWN_ARTISTS, OWN_TOP, POPULARITY, Baselines
from jobs.evaluation.cuts import Cut
from jobs.evaluation.figures import Question
from jobs.evaluation.judging import PLANTED, UNIFIED, capped, judged
from jobs.evaluation.leaks import MiscountedPopularity, same_count, too_good
from jobs.evaluation.music import Music
from jobs.evaluation.past import Past
from jobs.evaluation.scene import Scene
from jobs.evaluation.summary import ALL, Summary
from jobs.evaluation.targets import NEW_ARTISTS, NEW_TRACKS, REPEATS, catalogue_sizes, targets

# Two tracks of each of three artists: a0 a1 b0 b1 c0 c1.
TRACKS = ("a0", "a1", "b0", "b1", "c0", "c1")
AT = datetime(2024, 1, 1, tzinfo=UTC)
NOTHING, NOBODY = csr_matrix((0, 6)), csr_matrix((0, 3))


def music(community: csr_matrix) -> Music:
    tags = csr_matrix(np.repeat(np.eye(3), 2, axis=0))
    artist_of = np.repeat(np.arange(3), 2)
    fame = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
    return Music(TRACKS, "abc", artist_of, fame, np.ones(6, bool), tags, csr_matrix(np.eye(3)), NOTHING, community)


def scene(hidden: str = "a1 b0", proposed: str = "b0 c0", community: csr_matrix = NOBODY) -> Scene:
    """Ann played a0 five times, Bob a0 and b0; what Ann played after the cut is hidden."""
    played = [Row(username="ann", track_id="a0", play_count=5)]
    played += [Row(username="bob", track_id=track, play_count=1) for track in ("a0", "b0")]
    counted = [Row(username="ann", track_id="a0", play_count=5, recency_score=2.0, faded=0.2)]
    lists = {"similar_artist": {"ann": [(track, 1.0) for track in proposed.split()]}}
    after = [Row(username="ann", track_id=track) for track in hidden.split()]
    past = Past(Cut(AT, 60, ("ann",)), played, counted, lists, {"ann": proposed.split()}, after)
    return Scene(music(community), past)


def test_what_was_played_after_the_cut_is_told_apart() -> None:
    found = {target.name: [int(item) for item in target.relevant] for target in targets(scene("a0 a1 b0"), 0)}

    assert found == {NEW_TRACKS: [1, 2], NEW_ARTISTS: [1], REPEATS: [0], "forgotten": [0]}


def test_a_ranking_is_judged_by_what_the_listener_then_played() -> None:
    (ann,) = judged(scene("a1 b0", proposed="b0 c0"))

    assert ann.figures[Question(NEW_TRACKS, "similar_artist", "recall", 10)] == 0.5
    assert ann.figures[Question(NEW_ARTISTS, UNIFIED, "hit_rate", 10)] == 1
    assert ann.figures[Question(NEW_TRACKS, "similar_artist", "marginal_recall", 10)] == 0.5


def test_popularity_counts_listeners_and_own_top_tracks_hold_what_was_played() -> None:
    order = Baselines(scene()).rankings(0)

    assert [TRACKS[track] for track in order[POPULARITY].tracks[:3]] == ["a0", "b0", "a1"]
    assert [TRACKS[track] for track in order[OWN_TOP].tracks] == ["a0"]
    assert [TRACKS[track] for track in order[KNOWN_ARTISTS].tracks] == ["a0", "a1"]


def test_neighbours_are_those_that_the_same_people_listen_to() -> None:
    people = csr_matrix(np.array([[1, 0, 1], [1, 0, 1], [0, 1, 0]]))

    assert "abc"[Baselines(scene(community=people)).rankings(0)[KNN].artists[0]] == "c"  # type: ignore[index]


def test_of_an_artist_three_tracks_are_shown() -> None:
    assert capped(np.array([4, 0, 1, 5, 2]), np.array([0, 0, 0, 1, 0, 1]), most=2).tolist() == [4, 0, 5]


def test_neighbourhoods_name_three_tracks_of_an_artist_as_the_list_does() -> None:
    told = scene("a1", community=csr_matrix(np.array([[1, 1, 0], [1, 1, 0]])))
    four_of_one = replace(told.music, artist_of=np.array([0, 1, 1, 1, 1, 2]))
    (ann,) = judged(Scene(four_of_one, told.past))

    assert [TRACKS[track] for track in ann.lists[NEW_TRACKS, KNN]] == ["a1", "b0", "b1", "c1"]


def test_a_count_of_listeners_that_is_off_by_one_is_caught() -> None:
    right = scene().track_listeners

    same_count(right, right.copy())
    with pytest.raises(MiscountedPopularity, match="listeners of 1 tracks differ"):
        same_count(right, right + np.eye(6)[2])


def test_a_ranking_that_is_told_the_future_is_flagged_and_no_other() -> None:
    summary, told = Summary(), scene("a1 b0", proposed="c0 c1")
    for one in judged(told):
        summary.add("2024-01-01", one, catalogue_sizes(told))
    chance = np.random.default_rng(1)
    honest = {"one": chance.uniform(0, 0.2, 8), "other": chance.uniform(0, 0.2, 8)}

    assert summary.values(Question(NEW_TRACKS, PLANTED, "ndcg", 10))[0] > 0.8
    assert too_good(honest) == []
    assert too_good({**honest, "leaking": chance.uniform(0.5, 1, 8)}) == ["leaking"]


def test_figures_are_told_for_each_cut_and_over_all_of_them() -> None:
    summary, both = Summary(), (scene("a1"), scene("b0"))
    for cut, told in zip(("2024-01-01", "2024-03-01"), both, strict=True):
        for one in judged(told):
            summary.add(cut, one, catalogue_sizes(told))
    asked = Question(NEW_TRACKS, "similar_artist", "recall", 10)
    found = {cut: measured.value for cut, question, measured in summary.rows() if question == asked}

    assert found == {"2024-01-01": 0, "2024-03-01": 1, ALL: 0.5}
