"""Who listens alike: only between those who joined, and of the community nobody by name."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest
from pyspark.sql import Row, SparkSession
from pyspark.sql import functions as F

from jobs.gold import artist_play_count
from jobs.gold.listener_neighbors import TABLE, build
from jobs.lake import Lake, literal_rows
from jobs.neighbors import find_neighbors
from jobs.publish import publish
from jobs.silver import community_plays
from quality.gate import GateClosed, gate
from ui.alike import NearListener, alike
from ui.store import Store

NOW = datetime(2024, 6, 1, tzinfo=UTC)
Plays = Mapping[str, Mapping[str, int]]


NOBODY: Plays = {}


def near(spark: SparkSession, listeners: Plays, community: Plays = NOBODY) -> list[Row]:
    """The table's rows where these listeners joined; every play is recent."""
    told = [
        {"username": who, "user_bucket": 1, "artist_id": artist, "artist_name": artist.title(), "play_count": plays}
        | {"first_played_at": NOW, "last_played_at": NOW, "as_of": NOW}
        | {"recency_score": float(plays), "recency_score_normalized": 1.0}
        for who, artists in listeners.items()
        for artist, plays in artists.items()
    ]
    people = [
        {"listener_id": who, "item_id": artist, "artist_id": artist, "artist_name": artist.title(), "track_id": None}
        | {"track_name": None, "play_count": plays, "source": "triplets", "batch_id": "b", "imported_at": NOW}
        for who, artists in community.items()
        for artist, plays in artists.items()
    ]
    frames = (
        literal_rows(spark, table, [[row[name] for name in table.schema.fieldNames()] for row in rows])
        for table, rows in ((artist_play_count.TABLE, told), (community_plays.TABLE, people))
    )
    return build(*frames, computed_at=NOW).orderBy("username", "neighbor").collect()


def names(artists: Sequence[Row]) -> list[str]:
    return [one.artist_name for one in artists]


def test_listeners_are_near_by_the_cosine_of_what_artists_mean_to_both(spark: SparkSession) -> None:
    rows = near(spark, {"ann": {"lamb": 16, "low": 16, "blur": 1}, "bob": {"lamb": 1, "pulp": 81}, "eve": {"can": 1}})

    ann, bob = rows
    # By fourth roots ann's artists mean 1, 1 and 1/2 to her, and bob's 1/3 and 1 to him.
    assert ann.similarity == bob.similarity == pytest.approx(1 / 3 / (math.sqrt(2.25) * math.sqrt(10 / 9)))
    assert [(one.artist_name, one.weight) for one in ann.common] == [("Lamb", pytest.approx(1))]
    assert (names(ann.theirs), names(ann.own), names(bob.theirs)) == (["Pulp"], ["Low", "Blur"], ["Low", "Blur"])


def test_the_community_is_told_of_as_people_without_names_and_not_of_what_two_of_them_do(spark: SparkSession) -> None:
    shared = {"lamb": 9, "low": 9, "tricky": 9}
    people = {f"{number:064x}": {**shared, "pulp": 2, ("blur" if number < 2 else "can"): 1} for number in range(5)}
    passing = {"f" * 64: {"lamb": 1, "suede": 50}}

    (row,) = near(spark, {"ann": {**shared, "elbow": 1}}, {**people, **passing})
    assert (row.neighbor, row.people, row.own) == (None, 5, [])
    assert {one.artist_name: one.people for one in row.theirs} == {"Pulp": 5, "Can": 3}
    assert sorted(names(row.common)) == ["Lamb", "Low", "Tricky"] and sum(one.weight for one in row.common) <= 1
    assert near(spark, {"ann": shared}, dict([*people.items()][:2])) == []


def test_who_joined_is_near_who_joined_and_leaving_ends_it_at_once(own_lake: Lake) -> None:
    def joined(*listeners: str) -> int:
        return sum(one.rows for one in find_neighbors(own_lake, gate, listeners, now=NOW).written)

    served = own_lake.root.parent / "served"
    assert joined() == 0 and not own_lake.has_rows(TABLE)
    assert joined("ann", "bob") == 2 and joined("bob", "ann") == 0
    publish(own_lake, served, published_at=NOW)
    found = alike(Store(served), {"ann", "bob"}, "ann")
    assert [(one.username, one.common[0].artist_name) for one in found.listeners] == [("bob", "Massive Attack")]
    assert all(isinstance(one, NearListener) for one in found.listeners)
    assert alike(Store(served), {"ann"}, "ann").listeners == alike(Store(served), {"bob"}, "ann").listeners == ()

    rows = own_lake.read(TABLE)
    assert all(result.success for result in gate(rows, TABLE))
    for broken, rule in (
        (rows.withColumn("similarity", F.lit(1.5)), "similarity"),
        (rows.withColumn("neighbor", F.col("username")), "nobody is their own neighbor: 2 rows"),
        (rows.unionByName(rows), "unique"),
    ):
        with pytest.raises(GateClosed, match=rule):
            gate(broken, TABLE)

    find_neighbors(own_lake, gate, (), now=NOW)
    before = own_lake.version(TABLE)
    assert own_lake.read(TABLE).isEmpty() and joined() == 0 and own_lake.version(TABLE) == before
