"""The served file holds what gold holds, and is switched whole."""

import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from jobs.lake import Lake
from jobs.publish import CURRENT, publish
from jobs.silver import dim_users
from jobs.withdrawal import forget_source
from quality.gate import gate
from tests.jobs.listening import AS_OF, built, ingest, play, recent_tracks

LIST_OF_ANN = """
    SELECT row FROM recommendations JOIN lists ON recommendations.id / 1048576 = lists.id
    WHERE username = 'ann' ORDER BY recommendations.id"""

EVERY_ROW = "SELECT username, size, (SELECT count(*) FROM recommendations WHERE id / 1048576 = lists.id) FROM lists"


def query(served: Path, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(served / CURRENT) as store:
        return store.execute(sql).fetchall()


def test_rows_are_ready_to_send_and_in_order(built_lake: Lake) -> None:
    stored = query(built_lake.root.parent / "served", LIST_OF_ANN)

    rows = [json.loads(str(row)) for (row,) in stored]
    assert [row["track_name"] for row in rows[:4]] == ["Overcome", "Exchange", "Roads", "Teardrop"]
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    teardrop = rows[3]
    assert (teardrop["strategies"], teardrop["album_name"]) == (["old_favorite"], "Mezzanine")
    assert teardrop["reasons"][0]["facts"]["play_count"] == 5


def test_a_listener_without_candidates_is_served_with_their_artists(built_lake: Lake) -> None:
    found = query(built_lake.root.parent / "served", "SELECT top_artists FROM listeners WHERE username = 'carl'")

    ((artists,),) = found
    assert [(one["artist_name"], one["play_count"]) for one in json.loads(str(artists))] == [("Massive Attack", 2)]


def test_publishing_what_is_served_does_nothing_and_a_damaged_file_is_replaced(own_lake: Lake) -> None:
    served = own_lake.root.parent / "served"
    later = AS_OF + timedelta(hours=1)
    assert publish(own_lake, served, published_at=later).written == ()

    (served / CURRENT).resolve().write_bytes(b"not a database" * 999)
    publish(own_lake, served, published_at=later)

    assert query(served, "SELECT username FROM listeners") == [("ann",), ("bob",), ("carl",)]


def test_two_versions_are_kept_and_each_has_a_name_of_its_own(lake: Lake, tmp_path: Path) -> None:
    served = tmp_path / "served"
    for _ in range(3):
        publish(lake, served, published_at=AS_OF)
        (served / CURRENT).unlink()

    assert len(list(served.glob("segue-*.sqlite"))) == 2


def listening(served: Path, username: str, what: str) -> list[dict[str, object]]:
    ((rows,),) = query(served, f"SELECT rows FROM listening WHERE username = '{username}' AND what = '{what}'")
    return list(json.loads(str(rows)))


def test_tops_tell_all_time_from_the_last_week(built_lake: Lake) -> None:
    served = built_lake.root.parent / "served"

    everything = listening(served, "ann", "tracks.all")
    assert [(row["track_name"], row["play_count"]) for row in everything] == [("Teardrop", 5), ("Angel", 3), ("Now", 1)]
    assert [row["track_name"] for row in listening(served, "ann", "tracks.week")] == ["Now"]
    assert listening(served, "ann", "artists.recency")[0]["artist_name"] == "ann"


def test_plays_are_counted_by_month_and_by_the_clock(built_lake: Lake) -> None:
    served = built_lake.root.parent / "served"

    assert listening(served, "carl", "months") == [{"month": "2024-03", "play_count": 2}]
    assert listening(served, "carl", "hours") == [{"weekday": 4, "hour": 12, "play_count": 2}]


def test_what_is_known_of_the_music_is_served_with_it(built_lake: Lake) -> None:
    served = built_lake.root.parent / "served"

    ((near,),) = query(served, "SELECT similar FROM artists WHERE artist_id = 'massive attack'")
    matches = [one["match"] for one in json.loads(str(near))]
    assert matches and matches == sorted(matches, reverse=True)
    assert query(served, "SELECT count(*) FROM track_words WHERE track_words MATCH 'teardrop'") == [(1,)]


@pytest.mark.slow
def test_a_listener_who_is_published_again_leaves_nothing_behind(own_lake: Lake) -> None:
    served = own_lake.root.parent / "served"
    before = query(served, EVERY_ROW)

    ingest(own_lake, recent_tracks(play("Now", "ann", at=AS_OF)), listener="ann")
    built(own_lake, as_of=AS_OF + timedelta(days=9))

    assert query(served, "SELECT count(*) FROM listeners") == [(3,)]
    assert query(served, EVERY_ROW) == before
    assert query(served, "SELECT count(*) FROM track_words WHERE track_words MATCH 'teardrop'") == [(1,)]


@pytest.mark.slow
def test_a_listener_whose_every_source_is_forgotten_is_served_no_more(own_lake: Lake) -> None:
    served = own_lake.root.parent / "served"

    forget_source(own_lake, "carl", "lastfm", gate)
    publish(own_lake, served, published_at=AS_OF + timedelta(hours=1))

    assert query(served, "SELECT username FROM listeners") == [("ann",), ("bob",)]
    assert own_lake.read(dim_users.TABLE).where("username = 'carl'").isEmpty()
