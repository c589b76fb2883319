"""The served file holds what gold holds, and is switched whole."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

from jobs.lake import Lake
from jobs.publish import CURRENT, publish
from tests.jobs.listening import AS_OF, NOON, built, ingest, many, play, recent_tracks

LONG_AGO = datetime(2022, 1, 1, tzinfo=UTC)


def served(lake: Lake) -> Path:
    return lake.root.parent / "served" / CURRENT


def query(lake: Lake, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(served(lake)) as store:
        return store.execute(sql).fetchall()


def test_rows_are_ready_to_send_and_in_order(lake: Lake) -> None:
    ingest(lake, recent_tracks(*many(3, "Angel", since=LONG_AGO), *many(5, since=LONG_AGO), play("Now", at=AS_OF)))
    built(lake)

    rows = [json.loads(str(row)) for (row,) in query(lake, "SELECT row FROM recommendations ORDER BY position")]
    assert [row["track_name"] for row in rows] == ["Teardrop", "Angel"]
    assert rows[0]["strategies"] == ["old_favorite"] and rows[0]["album_name"] is None
    assert rows[0]["reasons"][0]["facts"]["play_count"] == 5


def test_a_listener_without_candidates_is_served_with_their_artists(lake: Lake) -> None:
    ingest(lake, recent_tracks(play(), play("Angel", at=NOON + timedelta(hours=1))))
    built(lake)

    ((name, artists),) = query(lake, "SELECT username, top_artists FROM listeners")
    assert name == "ann"
    assert [(one["artist_name"], one["play_count"]) for one in json.loads(str(artists))] == [("Massive Attack", 2)]


def test_one_listeners_change_leaves_the_others_rows_as_they_were(lake: Lake) -> None:
    for name in ("ann", "bob"):
        ingest(lake, recent_tracks(*many(5, since=LONG_AGO), play("Now", name)), listener=name)
    built(lake)
    first, version = query(lake, "SELECT * FROM recommendations WHERE username = 'ann'"), served(lake).resolve()

    ingest(lake, recent_tracks(*many(9, "Angel", since=LONG_AGO)), listener="bob")
    built(lake, as_of=AS_OF)

    assert served(lake).resolve() != version
    assert query(lake, "SELECT * FROM recommendations WHERE username = 'ann'") == first
    assert query(lake, "SELECT count(*) FROM recommendations WHERE username = 'bob'") == [(2,)]


def test_a_damaged_file_is_replaced_by_a_whole_one(lake: Lake) -> None:
    ingest(lake, recent_tracks(*many(5, since=LONG_AGO)))
    built(lake)
    served(lake).resolve().write_bytes(b"not a database" * 999)

    publish(lake, served(lake).parent, published_at=AS_OF + timedelta(hours=1))

    assert query(lake, "SELECT count(*) FROM listeners") == [(1,)]


def test_publishing_what_is_served_does_nothing(lake: Lake) -> None:
    ingest(lake, recent_tracks(*many(5, since=LONG_AGO)))
    built(lake)
    version = served(lake).resolve()

    assert publish(lake, served(lake).parent, published_at=AS_OF + timedelta(hours=1)).written == ()
    assert served(lake).resolve() == version
