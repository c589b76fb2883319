"""What is worth asking next: what would change the most for the most listeners, and nothing that is known."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import types as T

from jobs import questions
from jobs.frontier import ALWAYS_SEEDS, FEW_ARTISTS, LIFETIME, frontier
from jobs.lake import Lake, literal_rows
from jobs.questions import LASTFM, Question
from jobs.session import fit
from jobs.tables import TABLES
from tests.jobs.oracle import World, canonical
from tests.jobs.worlds import Fact, artist_known, heard, similar, world

MONDAY = datetime(2024, 5, 27, tzinfo=UTC)
YESTERDAY = MONDAY - timedelta(days=1)
MANY = 10_000
TABLE_OF = {table.name.split(".")[1]: table for table in TABLES}
# What stands in the columns that must not be null and of which no test speaks.
ANYTHING = {T.StringType(): "any", T.TimestampType(): YESTERDAY, T.IntegerType(): 1, T.LongType(): 0}


def top_album(artist: str, album: str, rank: int = 1) -> Fact:
    named = {"artist_id": canonical(artist), "album_id": canonical(album), "album_name": album}
    return "artist_top_albums", {**named, "album_rank": rank}


def answered(method: str, subject: str, answer: str = "facts", at: datetime = YESTERDAY, source: str = LASTFM) -> Fact:
    told = {"source": source, "method": method, "subject": subject, "answer": answer, "fetched_at": at}
    return "catalogue_log", {"batch_id": f"{method} {subject}", **told}


def written(lake: Lake, *facts: Fact) -> Lake:
    """The lake with these facts, and with what follows from the plays among them."""
    about_answers = [fact for fact in facts if fact[0] not in vars(World())]
    rows_of = vars(world(*(fact for fact in facts if fact not in about_answers)))
    for table, row in about_answers:
        rows_of.setdefault(table, []).append(row)
    for name in sorted(rows_of.keys() - {"dim_users"}):
        if rows := rows_of[name]:
            schema = TABLE_OF[name].schema
            anything = {column.name: None if column.nullable else ANYTHING.get(column.dataType) for column in schema}
            complete = [[{**anything, **row}[column] for column in schema.fieldNames()] for row in rows]
            lake.append(TABLE_OF[name], literal_rows(lake.spark, TABLE_OF[name], complete))
    return lake


@pytest.fixture(scope="module")
def told(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Ann and bob play one artist both and one each; of the shared one neighbours and albums are known. To be read."""
    fit(spark, 1)
    played = [
        heard(artist, by=by)
        for by, artists in (("ann", ("Both", "Ann's")), ("bob", ("Both", "Bob's")))
        for artist in artists
    ]
    answers = [
        answered(questions.SIMILAR_ARTISTS, "both"),
        answered(questions.TOP_ALBUMS, "both", "nothing"),
        answered(questions.TOP_TRACKS, "both", "unknown"),
        answered(questions.ARTIST_TAGS, "both", "refused"),
        answered(questions.ARTIST_INFO, "both", at=MONDAY - LIFETIME),
    ]
    tagged = [artist_known("Both", "dub"), *(artist_known(f"Dub {number}", "dub") for number in range(4))]
    others = [
        artist_known("Other", "jazz"),
        similar("Both", "Near"),
        top_album("Both", "The LP"),
        top_album("Both", "Late", 11),
    ]
    lake = Lake(spark, tmp_path_factory.mktemp("told") / "lake")
    return written(lake, *played, *answers, *tagged, *others)


@pytest.fixture(scope="module")
def asked(told: Lake) -> tuple[Question, ...]:
    return frontier(told, now=MONDAY, most=MANY)


def about(asked: Iterable[Question], method: str) -> list[str]:
    """What the questions of this method are about, in their order."""
    return [one.track or one.album or one.tag or one.artist for one in asked if one.method == method]


def test_nothing_played_nothing_asked(lake: Lake) -> None:
    assert frontier(lake, now=MONDAY, most=MANY) == ()


def test_what_was_answered_is_not_asked_whatever_the_answer_was(asked: tuple[Question, ...]) -> None:
    methods = (questions.SIMILAR_ARTISTS, questions.TOP_ALBUMS)
    assert [sorted(about(asked, method)) for method in methods] == [["Ann's", "Bob's"]] * 2
    assert "Both" not in about(asked, questions.TOP_TRACKS)


def test_what_was_refused_or_is_out_of_date_is_asked_again(told: Lake, asked: tuple[Question, ...]) -> None:
    assert "Both" in about(asked, questions.ARTIST_TAGS)
    assert "Both" in about(asked, questions.ARTIST_INFO)
    next_week = frontier(told, now=YESTERDAY + LIFETIME, most=MANY)
    assert about(next_week, questions.SIMILAR_ARTISTS)[0] == "Both"


def test_what_many_want_comes_before_what_one_wants(asked: tuple[Question, ...]) -> None:
    assert about(asked, questions.ARTIST_TAGS) == ["Both", "Ann's", "Bob's"]
    values = [one.value for one in asked]
    assert values == sorted(values, reverse=True) and values[-1] > 0


def test_answers_bring_new_questions(asked: tuple[Question, ...]) -> None:
    assert "Near" in about(asked, questions.TOP_TRACKS)
    assert about(asked, questions.ALBUM_INFO) == ["The LP"]
    assert about(asked, questions.TAG_TRACKS) == ["dub"]


def test_the_budget_cuts_the_least_valuable(told: Lake, asked: tuple[Question, ...]) -> None:
    assert frontier(told, now=MONDAY, most=3) == asked[:3]


def test_the_frontier_of_one_listener_holds_nobody_elses_questions(told: Lake, asked: tuple[Question, ...]) -> None:
    of_bob = frontier(told, now=MONDAY, most=MANY, listeners=["bob"])

    assert {one.artist for one in asked if one.artist} == {"Both", "Ann's", "Bob's", "Near"}
    assert {one.artist for one in of_bob if one.artist} == {"Both", "Bob's", "Near"}


@pytest.mark.slow
def test_albums_whose_tracks_nobody_tells_leave_room_for_those_of_who_tells_both(lake: Lake) -> None:
    listed = [fact for artist in ("Both", "Trackless") for fact in (heard(artist), top_album(artist, "The LP"))]
    told = [answered(questions.TOP_ALBUMS, one, source="listenbrainz") for one in ("both", "trackless")]
    on_it = {"artist_id": "both", "album_id": "the lp", "album_rank": 1, "track_id": "song|both"}
    written(lake, *listed, *told, ("album_tracks", on_it))

    def of(*tell_albums: str, tell_tracks: str) -> list[tuple[str, str]]:
        askable = {questions.TOP_ALBUMS: tell_albums, questions.ALBUM_INFO: (tell_tracks,)}
        asked = frontier(lake, now=MONDAY, most=MANY, askable=askable)
        return [(one.artist, one.source) for one in asked if one.method == questions.TOP_ALBUMS]

    assert of("listenbrainz", "bundled", tell_tracks="bundled") == [("Trackless", "bundled")]
    assert of("listenbrainz", "bundled", tell_tracks="musicbrainz") == []


@pytest.mark.slow
def test_each_week_draws_other_seeds_beside_those_a_listener_returns_to_and_few_are_all_seeds(lake: Lake) -> None:
    returned_to = {f"Loved {number}" for number in range(ALWAYS_SEEDS)}
    others = {f"Artist {number}" for number in range(40)}
    few = {f"Carl's {number}" for number in range(FEW_ARTISTS)}
    of_ann = [*(heard(one, plays=3) for one in returned_to), *(heard(one, recency=0.5) for one in others)]
    written(lake, *of_ann, *(heard(artist, by="carl") for artist in few))

    this_week, on_sunday, next_week = (
        set(about(frontier(lake, now=MONDAY + timedelta(days=days), most=MANY), questions.SIMILAR_ARTISTS))
        for days in (0, 6, 7)
    )
    assert this_week == on_sunday and this_week != next_week
    assert returned_to | few <= this_week & next_week
    assert len(this_week & others) < len(others) / 2
