"""The candidate tables are what the formulas say, in worlds whose answer is evident by hand."""

import json

import pytest
from pyspark.sql import Row, SparkSession

from jobs.session import fit
from tests.jobs.worlds import (
    EVERYBODY,
    Fact,
    album_track,
    artist_known,
    everything,
    heard,
    proposed,
    similar,
    somebody_elses,
    tag_track,
    top_track,
    track_known,
    world,
)

WHITE, BLACK = ("White 1", "White 2", "White 3"), ("Black 1", "Black 2", "Black 3")


@pytest.fixture(autouse=True)
def _fitted(spark: SparkSession) -> None:
    fit(spark, 1)


def scores(rows: dict[str, Row]) -> dict[str, object]:
    return {name: pytest.approx(row.score, abs=1e-12) for name, row in rows.items()}


def carried_by(count: int, *tags: str) -> list[Fact]:
    """So many artists that nobody played, with these tags."""
    return [artist_known(f"{' '.join(tags)} {number}", *tags) for number in range(count)]


def checkerboard() -> list[Fact]:
    """Two camps of artists, near each other, under one tag each, and with an unplayed cut on an album each."""
    facts = [heard(WHITE[0], plays=5), heard(WHITE[1], plays=2)]
    facts += [heard(BLACK[0], plays=5, by="bob"), heard(BLACK[1], plays=2, by="bob")]
    for camp, tag in ((WHITE, "bright"), (BLACK, "dark")):
        facts += [similar(one, other) for one in camp for other in camp if one != other]
        facts += [*carried_by(4, tag), *(artist_known(artist, tag) for artist in camp)]
        for rank, artist in enumerate(camp, start=1):
            facts += [top_track(artist, "Hit"), tag_track(tag, artist, "Hit", rank), album_track(artist, "LP", "Cut")]
            facts += [album_track(artist, "LP", "Played"), tag_track(tag, artist, "Played", rank)]
            facts += [top_track(artist, "Played", 2, playcount=1)]
    return facts


@pytest.fixture(scope="module")
def on_a_checkerboard(spark: SparkSession) -> list[Row]:
    fit(spark, 1)
    return everything(spark, world(*checkerboard()))["unified"]


def test_on_a_checkerboard_everyone_is_shown_their_own_colour_and_nothing_they_played(
    on_a_checkerboard: list[Row],
) -> None:
    shown = {who: {row.track_id for row in on_a_checkerboard if row.username == who} for who in ("ann", "bob")}
    white = {"hit|white 1", "cut|white 1", "hit|white 2", "cut|white 2", "hit|white 3", "played|white 3"}
    assert shown == {"ann": white, "bob": {track.replace("white", "black") for track in white}}


def test_a_track_that_two_strategies_propose_has_both_flags_and_both_reasons(on_a_checkerboard: list[Row]) -> None:
    (hit,) = (row for row in on_a_checkerboard if (row.username, row.track_id) == ("ann", "hit|white 3"))
    assert (hit.similar_artist, hit.similar_tag, hit.deep_cut, hit.old_favorite) == (True, True, False, False)
    assert (hit.strategies, [reason.strategy for reason in hit.reasons]) == (2, ["similar_artist", "similar_tag"])
    assert hit.score == max(reason.score_normalized for reason in hit.reasons)
    assert json.loads(hit.reasons[0].facts)["seed_artist_name"] == "White 1"


def test_a_neighbour_is_as_near_as_the_match_and_the_nearest_counts_as_nine_tenths(spark: SparkSession) -> None:
    rows = proposed(
        spark,
        "similar_artist",
        heard("Seed"),
        *(similar("Seed", f"B {match}", match) for match in (0.5, 1.0)),
        *(top_track(f"B {match}", f"by {match}") for match in (0.5, 1.0)),
    )

    assert scores(rows) == {"by 0.5": 0.5 / 2, "by 1.0": 0.9 / 2}


def test_a_hub_scores_less_than_a_rare_neighbour_and_a_familiar_one_less_than_a_new_one(spark: SparkSession) -> None:
    rows = proposed(
        spark,
        "similar_artist",
        heard("Seed", plays=3),
        heard("Familiar", plays=1, recency=0.0),
        *(similar("Seed", name, 0.6) for name in ("Hub", "Rare", "Familiar")),
        *(similar(f"Unplayed {number}", "Hub") for number in range(5)),
        *(top_track(name, f"by {name}") for name in ("Hub", "Rare", "Familiar")),
    )

    assert scores(rows) == {"by Rare": 0.6 / 2, "by Hub": 0.6 / 3, "by Familiar": 0.6 / 2 / 2}


def test_a_clone_of_the_seed_is_never_proposed(spark: SparkSession) -> None:
    joined = ("feat. X", "ft. X", "featuring X", "& X", "and X", "with X", "x X", "vs. X", "+ X")
    clones = ("The Seed", "SEED", "Seed, Jr", *(f"Seed {others}" for others in joined))
    rows = proposed(
        spark,
        "similar_artist",
        heard("Seed"),
        artist_known("Seed", mbid="one"),
        similar("Seed", "Another Spelling", mbid="one"),
        similar("Seed", "Seedling", mbid="two"),
        *(similar("Seed", clone) for clone in clones),
        *(top_track(name, f"by {name}") for name in ("Another Spelling", "Seedling", *clones)),
    )

    assert set(rows) == {"by Seedling"}


def test_a_track_counts_by_how_widely_it_is_known_and_an_unknown_one_not_at_all(spark: SparkSession) -> None:
    known = {"everybody": 2 * EVERYBODY, "some": 3161, "nobody": 0, "unknown": None, "eleventh": EVERYBODY}
    rows = proposed(
        spark,
        "similar_artist",
        heard("Seed"),
        similar("Seed", "Near"),
        *(top_track("Near", name, 1 + 10 * (name == "eleventh"), listeners=count) for name, count in known.items()),
        somebody_elses(top_track("Near", "misplaced"), "Far"),
    )

    assert set(rows) == {"everybody", "some"} and rows["everybody"].score == 0.25
    assert rows["some"].score == pytest.approx(0.125, abs=1e-5)


def test_the_reason_names_the_seed_that_pulls_most_and_counts_the_others(spark: SparkSession) -> None:
    rows = proposed(
        spark,
        "similar_artist",
        *(heard(name, plays=plays) for name, plays in (("Loved", 4), ("Twin", 4), ("Liked", 1))),
        *(similar(name, "Near", match) for name, match in (("Loved", 0.5), ("Twin", 0.5), ("Liked", 0.9))),
        top_track("Near", "Hit"),
    )

    loved = {"seed_artist_id": "loved", "seed_artist_name": "Loved", "match": 0.5, "seed_play_count": 4}
    assert rows["Hit"].reason.asDict() == {**loved, "further_seeds": 2}


def test_a_tag_that_everyone_carries_weighs_nothing_and_one_that_few_carry_is_left_out(spark: SparkSession) -> None:
    rows = proposed(
        spark,
        "similar_tag",
        heard("Seed"),
        artist_known("Seed", "rock", "dub", "few"),
        *[*carried_by(4, "rock", "dub"), *carried_by(3, "rock", "few"), *carried_by(2, "rock")],
        *(tag_track(tag, "Other", f"{tag} {rank}", rank) for tag in ("rock", "dub", "few") for rank in (1, 3)),
    )

    assert scores(rows) == {"dub 1": 1.0, "dub 3": 0.5}


def test_a_track_weighs_for_its_own_tags_and_for_its_artists_where_it_has_none(spark: SparkSession) -> None:
    rows = proposed(
        spark,
        "similar_tag",
        *(heard("Seed", track, plays) for track, plays in (("Tagged", 9), ("Untagged", 1), ("Unknown", 4))),
        *[artist_known("Seed", "dub"), track_known("Seed", "Tagged", "jazz"), track_known("Seed", "Untagged")],
        *[*carried_by(4, "dub"), *carried_by(5, "jazz")],
        *(tag_track(tag, "Other", "both", rank) for tag, rank in (("dub", 3), ("jazz", 1))),
        tag_track("jazz", "Seed", "Tagged", 2),
    )

    assert scores(rows) == {"both": 0.5 / 2 + 0.5}
    assert [tuple(tag) for tag in rows["both"].reason.tags] == [("jazz", 1, 0.5), ("dub", 3, 0.5)]


def test_only_the_twenty_weightiest_tags_count_and_ties_go_by_the_alphabet(spark: SparkSession) -> None:
    tags = [f"tag {number:02}" for number in range(21)]
    rows = proposed(
        spark,
        "similar_tag",
        *[heard("Seed"), artist_known("Seed", *tags), *carried_by(4, *tags), *carried_by(5, "other")],
        *(tag_track(tag, "Other", tag) for tag in tags),
    )

    assert scores(rows) == dict.fromkeys(tags[:20], 1 / 21)


def test_an_unlisted_album_track_counts_half_the_lowest_listed(spark: SparkSession) -> None:
    counts = {"hit": 1000, "known": 600, "half known": 500, "rare": 100, "uncounted": None}
    rows = proposed(
        spark,
        "deep_cut",
        *[heard("Loved", plays=4), heard("Loved", "rare too")],
        *(top_track("Loved", name, playcount=playcount) for name, playcount in counts.items()),
        *(album_track("Loved", "LP", name) for name in (*counts, "rare too", "unlisted")),
        album_track("Loved", "First LP", "unlisted", 0),
        *[album_track("Loved", "Eleventh", "late", 11), somebody_elses(album_track("Loved", "LP", "theirs"), "X")],
    )

    assert scores(rows) == {"half known": 2.5, "rare": 4.5, "unlisted": 4.75, "uncounted": 4.75}
    assert rows["unlisted"].reason.asDict() == {
        "album_name": "First LP",
        "artist_play_count": 5,
        "playcount": None,
        "artist_largest_playcount": 1000,
        "obscurity": 0.95,
    }


def test_another_artists_hit_makes_nobody_obscure_and_without_counts_nothing_is_rare(spark: SparkSession) -> None:
    rows = proposed(
        spark,
        "deep_cut",
        *(heard(name) for name in ("Loved", "Unplayed", "Unlisted")),
        *[top_track("Loved", "a", playcount=10), somebody_elses(top_track("Loved", "b", playcount=9999), "Star")],
        top_track("Unplayed", "c", playcount=0),
        *[album_track("Loved", "LP", "a"), album_track("Unplayed", "LP", "d"), album_track("Unlisted", "LP", "e")],
    )

    assert rows == {}


def test_an_artist_gives_ten_cuts_and_the_fifty_most_played_artists_give_any(spark: SparkSession) -> None:
    loved = [f"{number:02}" for number in range(51)]
    rows = proposed(
        spark,
        "deep_cut",
        *(fact for name in loved for fact in (heard(name), top_track(name, "Played"))),
        *(album_track("07", "LP", f"07 {number:02}") for number in range(11)),
        *(album_track(name, "LP", f"{name} cut") for name in loved if name != "07"),
    )

    assert len(rows) == 49 + 10
    assert {"50 cut", "07 10"}.isdisjoint(rows)


def test_the_best_thousand_are_kept_and_ties_at_the_cut_go_by_key(spark: SparkSession) -> None:
    rows = proposed(
        spark,
        "similar_tag",
        *[heard("Seed"), artist_known("Seed", "dub"), *carried_by(4, "dub"), *carried_by(5, "jazz")],
        *(tag_track("dub", "Other", f"{number:04}", 1 + number // 600) for number in range(1200)),
    )

    assert (max(rows), len(rows)) == ("0999", 1000)
    assert {row.score_normalized for row in rows.values()} == {1.0, 60 / (59 + 601)}
