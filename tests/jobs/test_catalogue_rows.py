"""What many answers tell of artists, tracks and albums becomes one row each."""

from typing import Any

from pyspark.sql import DataFrame, Row, SparkSession

from jobs.lake import Table
from jobs.silver import (
    album_tracks,
    artist_top_albums,
    artist_top_tracks,
    artists,
    similar_artists,
    tag_top_tracks,
    tracks,
)
from tests.jobs.facts import (
    BAND,
    MONDAY,
    SONG,
    WEEK,
    Answer,
    album,
    album_info,
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

LATER = MONDAY + WEEK


def by_key(rows: DataFrame, table: Table) -> dict[Any, Row]:
    keyed = {tuple(row[name] for name in table.key): row for row in rows.collect()}
    return {key[0] if len(key) == 1 else key[1:]: row for key, row in keyed.items()}


def known_artists(spark: SparkSession, *answers: Answer) -> dict[Any, Row]:
    return by_key(artists.build(facts(spark, *answers)), artists.TABLE)


def on_albums(spark: SparkSession, *answers: Answer) -> DataFrame:
    told = facts(spark, *answers)
    albums = artist_top_albums.build(told)
    return album_tracks.build(told, albums, albums.where("false"), nothing(spark, album_tracks.TABLE)).localCheckpoint()


def known_tracks(spark: SparkSession, *answers: Answer) -> dict[Any, Row]:
    listed = on_albums(spark, *answers)
    return by_key(tracks.build(facts(spark, *answers), listed, listed.where("false")), tracks.TABLE)


def nothing(spark: SparkSession, table: Table) -> DataFrame:
    return spark.createDataFrame([], table.schema)


def tags_of(row: Row) -> list[tuple[str, int]]:
    return [(one.name, one["count"]) for one in row.tags]


def test_every_artist_that_a_page_names_is_known_and_nobody_that_is_unknown(spark: SparkSession) -> None:
    known = known_artists(
        spark,
        similar("Portishead", near("Tricky")),
        tag_tracks("trip-hop", track("Glory Box") | by("Portishead"), track("Roads", 2) | by("Sneaker Pimps")),
        album_info("Blue Lines", track("Safe") | by("Shara Nelson")),
        track_tags("Kelly Watch the Stars", artist="Air"),
        unknown("Nobody"),
    )

    assert set(known) == {"portishead", "tricky", "sneaker pimps", "massive attack", "shara nelson", "air"}
    assert known["tricky"].artist_name == "Tricky" and known["tricky"].url == "https://music/Tricky"


def test_an_artist_is_spelt_as_on_its_own_page_before_mentions_before_questions(spark: SparkSession) -> None:
    known = known_artists(
        spark,
        similar("MASSIVE ATTACK", near("tricky"), echo=BAND),
        similar("Portishead", near("massive attack", 0.9), near("TRICKY")),
        similar("bjork", near(), echo="Björk"),
    )

    assert known["massive attack"].artist_name == BAND
    assert known["tricky"].artist_name == "TRICKY"
    assert (known["bjork"].artist_name, known["bjork"].corrected_to) == ("bjork", "Björk")
    assert "björk" not in known


def test_an_artists_counts_come_from_its_newest_page(spark: SparkSession) -> None:
    known = known_artists(
        spark,
        artist_info(BAND, at=LATER, listeners="20", url="https://new"),
        artist_info(BAND, listeners="10", playcount=100, mbid="m-1"),
        similar("Portishead", near(BAND, mbid="m-2")),
    )

    row = known["massive attack"]
    assert (row.listeners, row.playcount, row.artist_mbid, row.url) == (20, 100, "m-1", "https://new")


def test_tags_are_few_sound_and_in_order(spark: SparkSession) -> None:
    many = [tag(f"tag {number}", 50 - number) for number in range(12)]
    known = known_artists(
        spark,
        artist_info(BAND),
        artist_info("Air"),
        artist_tags(
            BAND,
            tag("Trip-Hop", "100"),
            tag(" electronic ", 100),
            tag("seen live", 90),
            tag("My Favourites", 80),
            tag("massive  attack", 70),
            tag("rare", 9),
            *many,
        ),
    )

    kept = tags_of(known["massive attack"])
    assert kept[:3] == [("electronic", 100), ("trip-hop", 100), ("tag 0", 50)] and len(kept) == 10
    assert tags_of(known["air"]) == []


def test_what_says_nothing_of_the_music_is_no_tag(spark: SparkSession) -> None:
    junk = (
        "seen live",
        "favorites",
        "favourite songs",
        "Faves",
        "love",
        "Awesome",
        "my music",
        "albums I own",
        "owned",
        "spotify",
        "under 2000 listeners",
        "check out",
    )
    music = ("love songs", "cool jazz", "live", "best of the 90s", "soul")
    known = known_artists(spark, artist_tags(BAND, *(tag(name) for name in (*junk, *music))))

    assert {name for name, _ in tags_of(known["massive attack"])} == set(music)


def test_tags_that_are_told_no_more_stay(spark: SparkSession) -> None:
    known = known_artists(spark, artist_tags(BAND, tag("dub", 20)), artist_tags(BAND, tag("seen live"), at=LATER))

    assert tags_of(known["massive attack"]) == [("dub", 20)]


def test_what_is_known_of_a_track_is_put_together_from_all_its_pages(spark: SparkSession) -> None:
    known = known_tracks(
        spark,
        top_tracks(BAND, track(listeners=5, playcount=50, url="https://top")),
        track_info(SONG, listeners=7, duration="330000"),
        track_tags(SONG, tag("trip-hop", 100)),
        tag_tracks("trip-hop", track("TEARDROP", mbid="m-1") | by(BAND)),
        album_info("Mezzanine", track("teardrop")),
    )

    row = known["teardrop|massive attack"]
    assert (row.track_name, row.artist_name, row.album_name) == ("Teardrop", BAND, "Mezzanine")
    assert (row.listeners, row.playcount, row.duration_ms) == (7, 50, 330_000)
    assert (row.track_mbid, row.url, tags_of(row)) == ("m-1", "https://top", [("trip-hop", 100)])


def test_a_track_asked_for_under_another_spelling_keeps_the_identity_that_was_asked(spark: SparkSession) -> None:
    asked = track_tags("Tear Drop", tag("trip-hop"))
    corrected = Answer(asked.method, asked.asked, asked.body.replace("Tear Drop", SONG), asked.at)

    (row,) = known_tracks(spark, corrected).values()
    assert (row.track_id, row.track_name) == ("tear drop|massive attack", "Tear Drop")


def test_lists_keep_what_vanished_and_renew_what_stayed(spark: SparkSession) -> None:
    told = facts(
        spark,
        similar(BAND, near("Air", 0.3), near("Tricky", 0.9, mbid="m-1")),
        similar(BAND, near("Tricky", 1), at=LATER),
    )

    listed = by_key(similar_artists.build(told), similar_artists.TABLE)
    assert {key: (row.match, row.fetched_at.day) for (key,), row in listed.items()} == {
        "air": (0.3, 3),
        "tricky": (1.0, 10),
    }
    assert listed["tricky",].similar_artist_mbid == "m-1"


def test_ranks_are_those_told_or_else_places_from_1(spark: SparkSession) -> None:
    told = facts(
        spark,
        top_tracks(BAND, track("Angel", "1"), track("Teardrop", 2, playcount="9")),
        top_albums(BAND, album("Mezzanine"), album("", playcount=3), album("Blue Lines")),
        tag_tracks("Trip-Hop", track("Angel", 7) | by(BAND)),
    )

    tops = by_key(artist_top_tracks.build(told), artist_top_tracks.TABLE)
    albums = by_key(artist_top_albums.build(told), artist_top_albums.TABLE)
    (tagged,) = tag_top_tracks.build(told).collect()
    assert (tops["teardrop|massive attack",].rank, tops["teardrop|massive attack",].playcount) == (2, 9)
    assert {name: row.album_rank for (name,), row in albums.items()} == {"mezzanine": 1, "blue lines": 3}
    assert (tagged.tag, tagged.rank, tagged.artist_id) == ("trip-hop", 7, "massive attack")


def test_an_album_has_one_name_however_its_pages_spell_it(spark: SparkSession) -> None:
    told = (
        top_albums(BAND, album("Mezzanine")),
        album_info("mezzanine", track("Angel"), echo="MEZZANINE"),
        album_info("Blue  lines", track("Safe"), track("Five", 2), at=LATER),
        album_info("BLUE LINES", track("Five")),
    )

    rows = on_albums(spark, *told).collect()
    assert {(row.album_name, row.album_rank, row.track_name) for row in rows} == {
        ("Mezzanine", 1, "Angel"),
        ("BLUE LINES", album_tracks.UNRANKED, "Safe"),
        ("BLUE LINES", album_tracks.UNRANKED, "Five"),
    }


def test_tracks_of_a_compilation_keep_their_own_artists(spark: SparkSession) -> None:
    rows = on_albums(spark, album_info("Mixed", track("Angel"), track("Roads", 2) | by("Portishead"))).collect()

    assert {(row.artist_id, row.track_id) for row in rows} == {
        ("massive attack", "angel|massive attack"),
        ("massive attack", "roads|portishead"),
    }


def test_a_track_stands_for_its_best_ranked_album_then_the_first_by_name(spark: SparkSession) -> None:
    known = known_tracks(
        spark,
        top_albums(BAND, album("Singles"), album("Mezzanine")),
        album_info("Mezzanine", track("Angel")),
        album_info("Singles", track("Angel"), track("Safe", 2)),
        album_info("Another", track("Five")),
        album_info("A First", track("Five")),
    )

    albums = {row.track_name: row.album_name for row in known.values()}
    assert albums == {"Angel": "Singles", "Safe": "Singles", "Five": "A First"}
