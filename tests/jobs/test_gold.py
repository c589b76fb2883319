"""Gold and the candidates are what the formulas say."""

import math
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from pyspark.sql import DataFrame, Row, SparkSession

from jobs.gold import artist_play_count, track_candidates, track_play_count
from jobs.lake import literal_rows
from jobs.silver import candidate_old_favorite, dim_users, plays
from jobs.tables import BY_NAME

AS_OF = datetime(2024, 6, 1)
LONG_AGO = datetime(2022, 1, 1)
Heard = tuple[str, str, datetime]


def heard(track: str, at: datetime, times: int = 1, artist: str = "Massive Attack") -> list[Heard]:
    return [(track, artist, at + timedelta(hours=hour)) for hour in range(times)]


# What only a play that several sources saw holds.
SEEN_ONCE = ("precision_seconds", "sources", "tellers", "seen")


def play_frame(spark: SparkSession, listened: Iterable[Heard]) -> DataFrame:
    rows = [
        (
            "ann",
            7,
            at,
            f"{track}|{artist}".lower(),
            track,
            artist.lower(),
            artist,
            None,
            None,
            None,
            "csv",
            None,
            "b",
            at,
            *(None for _ in SEEN_ONCE),
        )
        for track, artist, at in listened
    ]
    return literal_rows(spark, plays.TABLE, rows)


class Built:
    """The chain of builds over one listener's plays."""

    def __init__(self, spark: SparkSession, *listened: list[Heard], as_of: datetime = AS_OF) -> None:
        rows = play_frame(spark, [one for some in listened for one in some])
        users = dim_users.build(rows, as_of=as_of, computed_at=as_of)
        tracks = track_play_count.build(rows, users)
        candidates = candidate_old_favorite.build(tracks, users, generated_at=as_of)
        nothing = [literal_rows(spark, BY_NAME[name], []) for name in track_candidates.TABLE.reads]
        proposed = dict(zip(track_candidates.TABLE.reads, nothing, strict=True))
        proposed[candidate_old_favorite.TABLE.name] = candidates
        unified = track_candidates.build(*proposed.values(), generated_at=as_of)
        (self.user,) = users.collect()
        self.artists = {row.artist_id: row for row in artist_play_count.build(rows, users).collect()}
        self.tracks = _by_track(tracks)
        self.candidates = _by_track(candidates)
        self.unified = _by_track(unified)


def _by_track(frame: DataFrame) -> dict[str, Row]:
    return {row.track_id.split("|")[0]: row for row in frame.collect()}


def test_recency_sums_what_each_play_still_counts_for(spark: SparkSession) -> None:
    march = datetime(2024, 3, 1, 12)
    built = Built(
        spark, heard("Teardrop", march), heard("Teardrop", march + timedelta(days=10)), heard("Angel", LONG_AGO)
    )

    span = (march + timedelta(days=10) - LONG_AGO) / timedelta(days=1)
    assert (built.user.listening_span_days, built.user.half_life_days) == pytest.approx((span, span / 10))
    age = (AS_OF - march) / timedelta(days=1)
    expected = sum(math.exp(-days / built.user.half_life_days) for days in (age, age - 10))
    track = built.tracks["teardrop"]
    assert (track.play_count, track.recency_score) == (2, pytest.approx(expected, abs=1e-14))
    assert track.recency_score_normalized == track.recency_score / 2
    assert built.artists["massive attack"].play_count == 3


def test_a_short_history_fades_over_thirty_days(spark: SparkSession) -> None:
    assert Built(spark, heard("Teardrop", LONG_AGO, 3)).user.half_life_days == 30.0


def test_plays_after_as_of_count_fully(spark: SparkSession) -> None:
    built = Built(spark, heard("Teardrop", AS_OF + timedelta(days=100)))

    assert built.artists["massive attack"].recency_score == 1.0


def test_the_spelling_met_most_often_is_shown_and_ties_go_by_the_alphabet(spark: SparkSession) -> None:
    built = Built(
        spark,
        heard("TEARDROP", LONG_AGO, artist="massive attack"),
        heard("Teardrop", AS_OF, 2),
        heard("angel", LONG_AGO),
        heard("Angel", AS_OF),
    )

    assert (built.tracks["teardrop"].track_name, built.tracks["angel"].track_name) == ("Teardrop", "Angel")
    assert built.artists["massive attack"].artist_name == "Massive Attack"


def test_a_favourite_is_old_when_it_was_loved_and_is_forgotten(spark: SparkSession) -> None:
    lately = AS_OF - timedelta(days=2)
    built = Built(
        spark,
        heard("Loved", LONG_AGO, 5),
        heard("Twice", LONG_AGO, 2),
        heard("Loved still", LONG_AGO, 20),
        heard("Loved still", lately),
        heard("New", lately, 9),
    )

    (candidate,) = built.candidates.values()
    faded = built.tracks["loved"].recency_score_normalized
    assert candidate.track_name == "Loved"
    assert candidate.score == 5 * (1 - faded)
    assert (candidate.reason.play_count, candidate.reason.last_played_at) == (5, LONG_AGO + timedelta(hours=4))


def test_ties_share_a_rank_and_ranks_give_the_score(spark: SparkSession) -> None:
    tied = [heard(name, LONG_AGO, plays) for name, plays in (("A", 4), ("B", 4), ("C", 3))]
    built = Built(spark, *tied, heard("Now", AS_OF))

    scores = {name: row.score_normalized for name, row in built.candidates.items()}
    assert scores == {"a": 1.0, "b": 1.0, "c": 60 / 62}


def test_the_unified_list_flags_the_strategy_and_tells_its_facts(spark: SparkSession) -> None:
    (row,) = Built(spark, heard("Teardrop", LONG_AGO, 5), heard("Now", AS_OF)).unified.values()

    assert (row.similar_artist, row.similar_tag, row.deep_cut, row.old_favorite) == (False, False, False, True)
    assert (row.strategies, row.score, row.tags) == (1, 1.0, [])
    assert (row.reasons[0].strategy, '"play_count":5' in row.reasons[0].facts) == ("old_favorite", True)
