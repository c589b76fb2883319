"""What a row of an answer says is understood, or refused with its reason, before any table is touched."""

import json
from collections import Counter

from pyspark.sql import Row, SparkSession

from jobs import questions
from jobs.silver import catalogue_log, quarantine
from tests.jobs.facts import (
    BAND,
    NOW,
    SONG,
    Answer,
    album,
    album_info,
    answer,
    artist_info,
    artist_tags,
    by,
    facts,
    near,
    similar,
    tag,
    tag_tracks,
    top_albums,
    top_tracks,
    track,
    track_info,
    track_tags,
    unknown,
)


def rows(spark: SparkSession, *answers: Answer) -> list[Row]:
    return sorted(facts(spark, *answers).collect(), key=lambda row: (row.batch_id, row.row or 0))


def refusals(spark: SparkSession, one: Answer) -> list[str | None]:
    return [row.refusal for row in rows(spark, one)]


def answered(spark: SparkSession, *answers: Answer) -> list[Row]:
    log = {row.batch_id: row for row in catalogue_log.build(facts(spark, *answers), ingested_at=NOW).collect()}
    return [log[one.page.batch_id] for one in answers]


def test_numbers_are_read_as_numbers_or_texts_and_empty_ones_are_unknown(spark: SparkSession) -> None:
    first, second = rows(
        spark,
        top_tracks(BAND, track(listeners="12", playcount=3, mbid="m"), track("Angel", 2, listeners="", mbid="")),
    )

    assert (first.listeners, first.playcount, first.place, first.mbid) == (12, 3, 1, "m")
    assert (second.listeners, second.playcount, second.place, second.mbid) == (None, None, 2, None)


def test_a_duration_that_cannot_be_is_unknown_and_costs_no_row(spark: SparkSession) -> None:
    told = (None, "", "0", "FIXME", -3, 10**15, {"minutes": 5})
    found = rows(spark, album_info("Mezzanine", *(track(str(index), duration=one) for index, one in enumerate(told))))

    assert [(row.kept, row.duration_ms) for row in found] == [(True, None)] * len(told)


def test_durations_are_milliseconds_whether_told_in_seconds_or_not(spark: SparkSession) -> None:
    told = (
        track_info(duration="330000"),
        album_info("Mezzanine", track(duration=330)),
        tag_tracks("x", track(duration="330") | by(BAND)),
    )

    assert {row.duration_ms for row in rows(spark, *told)} == {330_000}


def test_a_sound_answer_without_rows_is_remembered_as_nothing(spark: SparkSession) -> None:
    echo = {"@attr": {"artist": BAND}}
    nothing: tuple[object, ...] = ([], "", "\n", None)
    bodies = [echo, *(echo | {"artist": none} for none in nothing)]

    asked = [answer(questions.SIMILAR_ARTISTS, {"similarartists": body}, artist=BAND) for body in bodies]
    assert [(log.answer, log.read) for log in answered(spark, *asked)] == [("nothing", 0)] * 5


def test_what_is_unknown_to_the_source_is_remembered_as_unknown(spark: SparkSession) -> None:
    (log,) = answered(spark, unknown("Nobody"))

    assert (log.answer, log.subject, log.read) == ("unknown", "nobody", 0)


def test_what_is_no_answer_is_refused_as_it_was_sent(spark: SparkSession) -> None:
    bodies = ("<html>", '{"similarartists": {"art', "{}", '{"error": 8}', '{"toptags": {"tag": []}}')
    sent = [answer(questions.SIMILAR_ARTISTS, body, artist=BAND) for body in bodies]

    logs = answered(spark, *sent)
    assert [(log.answer, log.read, log.quarantined) for log in logs] == [("refused", 1, 1)] * len(bodies)
    refused = quarantine.build(facts(spark, *sent)).collect()
    assert {(row.as_sent, row.reason, row.username) for row in refused} == {
        (body, "no answer to what was asked", "") for body in bodies
    }


def test_a_byte_order_mark_is_no_part_of_an_answer(spark: SparkSession) -> None:
    plain = similar(BAND, near())
    (row,) = rows(spark, answer(plain.method, "\ufeff" + plain.body, artist=BAND))

    assert row.kept


def test_a_similar_artist_needs_a_name_and_a_match_from_0_to_1(spark: SparkSession) -> None:
    page = similar(
        BAND,
        near(match="1"),
        near("Air", 7.3),
        near("Mew", -0.1),
        near("Blur", "NaN"),
        near("Moby", "near"),
        near("Björk", None),
        near("", 0.5),
        near(["a", "list"], 0.5),
        near("massive  attack", 0.5),
    )

    assert refusals(spark, page) == [
        None,
        "match outside 0 to 1",
        "match outside 0 to 1",
        "match outside 0 to 1",
        "wrong type: the match cannot be read",
        "no match",
        "no name",
        "wrong type",
        "the artist itself",
    ]


def test_counts_that_cannot_be_are_refused(spark: SparkSession) -> None:
    page = top_tracks(
        BAND,
        track("A", 1, playcount=-5),
        track("B", 2, listeners="many"),
        track("C", 3, listeners=10**13),
        track("D", 0),
        track("E", "first"),
        track("F", 6, listeners={"#text": "1"}),
        track("G", 7) | by("Air"),
        track("H", 8) | by(""),
        track("I", 9, listeners="0"),
    )

    assert refusals(spark, page) == [
        "negative playcount",
        "wrong type: the listeners cannot be read",
        "listeners above 1,000,000,000,000",
        "rank below 1",
        "wrong type: the rank cannot be read",
        "wrong type: the listeners cannot be read",
        "by another artist",
        "no artist",
        None,
    ]


def test_a_tags_tracks_need_artists_of_their_own(spark: SparkSession) -> None:
    page = tag_tracks("trip-hop", track(), track("Angel", 2) | by("\u200b"), track("Angel", 3) | by(BAND))

    assert refusals(spark, page) == ["no artist", "no artist", None]


def test_a_page_about_another_tag_is_refused_whole(spark: SparkSession) -> None:
    poisoned = tag_tracks("trip-hop", track() | by(BAND), track("Angel", 2) | by(BAND), echo="pop")
    empty, respelt = tag_tracks("rock", echo="pop"), tag_tracks("Hip\u2010Hop ", track() | by(BAND), echo="hip-hop")

    assert set(refusals(spark, poisoned)) == {"about another tag"}
    logs = answered(spark, poisoned, empty, respelt)
    assert [(log.answer, log.read, log.kept) for log in logs] == [("refused", 2, 0), ("refused", 1, 0), ("facts", 1, 1)]


def test_another_artist_than_asked_is_a_correction_only_where_corrections_were_asked_for(spark: SparkSession) -> None:
    corrected = top_tracks("Masive Attack", track(), echo=BAND)
    unasked = Answer(corrected.method, {"artist": "Masive Attack"}, corrected.body, corrected.at)

    (filed,) = rows(spark, corrected)
    assert (filed.track_id, filed.corrected_to, filed.row_artist_name) == (
        "teardrop|masive attack",
        BAND,
        "Masive Attack",
    )
    assert refusals(spark, unasked) == ["about another artist"]


def test_a_row_that_stands_twice_on_a_page_is_kept_once_at_its_best_rank(spark: SparkSession) -> None:
    page = top_tracks(BAND, track("Teardrop", 3), track("teardrop ", 1), track("Angel", 2))

    found = rows(spark, page)
    assert [(row.place, row.duplicate) for row in found] == [(3, True), (1, False), (2, False)]
    (log,) = answered(spark, page)
    assert (log.read, log.kept, log.duplicate, log.quarantined) == (3, 2, 1, 0)


def test_subjects_are_canonical(spark: SparkSession) -> None:
    asked = (
        similar("  MASSIVE\u00a0Attack"),
        album_info("Mezzanine ", artist=BAND),
        track_tags("Tear\u200bdrop", artist=BAND),
        tag_tracks(" Trip-Hop "),
    )

    assert [log.subject for log in answered(spark, *asked)] == [
        "massive attack",
        "mezzanine|massive attack",
        "teardrop|massive attack",
        "trip-hop",
    ]


def test_every_method_keeps_its_rows(spark: SparkSession) -> None:
    answers = (
        similar(BAND, near("\u041a\u0438\u043d\u043e")),
        top_tracks(BAND, track("1914")),
        top_albums(BAND, album()),
        artist_tags(BAND, tag(count="100")),
        artist_info(BAND, listeners="10"),
        album_info("Mezzanine", track()),
        track_tags(SONG, tag()),
        track_info(SONG, listeners="10"),
        tag_tracks("trip-hop", track() | by(BAND)),
    )

    logs = answered(spark, *answers)
    assert [(log.answer, log.kept) for log in logs] == [("facts", 1)] * 9
    assert Counter(log.method for log in logs) == Counter(questions.METHODS)


def test_a_refused_row_is_kept_as_it_was_sent(spark: SparkSession) -> None:
    sent = {"match": "7.3", "name": "\u0422\u0430\u043d\u0446\u044b"}
    (refused,) = quarantine.build(facts(spark, similar(BAND, sent))).collect()

    assert (json.loads(refused.as_sent), refused.row) == (sent, 0)
