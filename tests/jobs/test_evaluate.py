"""The evaluation over a lake: nothing after a cut is seen, and what was measured is published."""

from datetime import timedelta

import pytest
from pyspark.sql import functions as F

from jobs.aliasing import make_alias
from jobs.evaluate import evaluate as measure
from jobs.evaluation.cuts import Cut
from jobs.evaluation.leaks import FutureSeen, no_play_after, told_by_others
from jobs.evaluation.music import all_music
from jobs.evaluation.past import past, plays_before
from jobs.failures import JobFailed
from jobs.gold import evaluation
from jobs.lake import Lake
from jobs.questions import CO_LISTENING
from jobs.run import evaluate
from jobs.session import at_hand
from jobs.silver import artist_top_tracks, plays
from quality.gate import gate
from tests.jobs.listening import LONG_AGO, NOON, ingest, many, play, recent_tracks
from ui.store import Store

CUT = Cut(NOON - timedelta(days=1), 60, ("ann", "bob"))


def test_a_play_after_the_cut_that_slips_in_is_refused(built_lake: Lake) -> None:
    everything = built_lake.read(plays.TABLE)

    with pytest.raises(FutureSeen, match="is learned from at the cut of 2024-02-29"):
        no_play_after(everything, CUT.at)
    assert plays_before(built_lake, CUT.at, ("ann",)).count() == 8


def test_what_the_histories_themselves_tell_of_music_is_no_fact_at_a_cut(own_lake: Lake) -> None:
    of_co_listening = {"track_id": F.lit("later|blur"), "source": F.lit(CO_LISTENING)}
    one = at_hand(own_lake.read(artist_top_tracks.TABLE).limit(1).withColumns(of_co_listening))
    own_lake.append(artist_top_tracks.TABLE, one)

    told = told_by_others(own_lake.read(artist_top_tracks.TABLE), artist_top_tracks.TABLE)
    assert {row.source for row in told.collect()} == {"lastfm"}
    assert "later|blur" not in all_music(own_lake).tracks


@pytest.mark.slow
def test_what_is_played_after_a_cut_changes_nothing_of_what_was_known_then(own_lake: Lake) -> None:
    before = past(own_lake, CUT, ("ann", "bob"))
    ingest(own_lake, recent_tracks(*many(30, "Roads", "Portishead", since=NOON)), listener="ann")
    after = past(own_lake, CUT, ("ann", "bob"))

    assert before.lists["similar_artist"]["ann"]
    assert (before.lists, before.shown, before.played) == (after.lists, after.shown, after.played)
    assert [row.track_id for row in after.hidden if row.track_id not in {row.track_id for row in before.hidden}]


def test_nobody_is_measured_who_has_played_little(built_lake: Lake) -> None:
    with pytest.raises(JobFailed, match="no listener to measure has 200 plays"):
        measure(built_lake, gate, listeners=(), cuts=2, days=60, now=NOON)


@pytest.mark.parametrize("aliased", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_an_evaluation_is_kept_and_published_whatever_an_alias_calls_the_music(
    own_lake: Lake, *, aliased: bool
) -> None:
    home = own_lake.root.parent
    later = [play("Roads", "Portishead", at=NOON + timedelta(days=day)) for day in range(60)]
    ingest(own_lake, recent_tracks(*many(200, since=LONG_AGO), *later), listener="dora")
    if aliased:
        make_alias(own_lake, "Portishead", "Portishead (Bristol)", gate, now=NOON)

    report = evaluate(own_lake.spark, home, (), 1, 60)
    found = Store(home / "served").evaluation()

    assert own_lake.read(evaluation.TABLE).count() == report.written[0].rows
    # Where one track is to be found, an honest ranking can be as good as one that was told.
    leaks = {"a ranking that is told the future is flagged", "no ranking is too good to be honest"}
    assert {result.rule for result in report.gates if not result.success} <= leaks
    assert found and found.about("repeats")["unified", "recall", 50, ""].listeners == 1
