"""The served store: what it says, and how it follows new versions."""

import json
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from tests.ui.conftest import ADA
from tests.ui.stores import NOW, History, Reasoned, publish, publish_corrupt, track
from ui.store import NothingServed, Store, UnknownListener


def soon(condition: Callable[[], bool]) -> bool:
    """A new version is checked beside the running requests, so it is served a moment later."""
    deadline = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


def many(artist_name: str, number: int) -> list[dict[str, object]]:
    return [track(f"{artist_name} {n}", artist_name) for n in range(number)]


def test_listeners_come_by_name(served: Path) -> None:
    assert [each.username for each in Store(served).listeners()] == ["ada", "miles"]


def test_a_listener_is_found_in_any_case(served: Path) -> None:
    listener = Store(served).listener("  ADA ")

    assert listener.username == "ada"
    assert listener.play_count == 1204
    assert [each.artist_name for each in listener.top_artists] == ["Massive Attack", "Portishead"]


def test_an_unknown_listener_is_told_of_near_names(served: Path) -> None:
    with pytest.raises(UnknownListener, match="no listener 'adda'; similar names: ada"):
        Store(served).listener("adda")


def test_recommendations_carry_their_reasons(served: Path) -> None:
    first, _ = Store(served).recommendations("ada", 10)

    assert (first.track_name, first.artist_name, first.album_name) == ("Teardrop", "Massive Attack", "Mezzanine")
    assert first.reasons[0].facts["play_count"] == 12


def test_a_list_has_at_most_three_tracks_of_an_artist(served: Path) -> None:
    publish(served, "2", [History("ada", [*many("A", 5), *many("B", 4)])])
    store = Store(served)

    assert [each.track_name for each in store.recommendations("ada", 10)] == ["A 0", "A 1", "A 2", "B 0", "B 1", "B 2"]
    assert store.count("ada") == 6


def test_the_cap_is_applied_after_the_strategy_filter(served: Path) -> None:
    deep = [track(f"Deep {n}", "A", Reasoned("deep_cut")) for n in range(3)]
    publish(served, "2", [History("ada", [*deep, *many("A", 4)])])
    store = Store(served)

    names = [each.track_name for each in store.recommendations("ada", 10, strategy="old_favorite")]

    assert names == ["A 0", "A 1", "A 2"]
    assert store.strategies("ada") == {"deep_cut": 3, "old_favorite": 3}


def test_pages_of_a_list_fit_together(served: Path) -> None:
    publish(served, "2", [History("ada", [*many("A", 5), *many("B", 5), *many("C", 5)])])
    store = Store(served)

    pages = [row for offset in range(0, 12, 4) for row in store.rows("ada", 4, offset)]

    assert pages == list(store.rows("ada", 100))


def test_rows_are_sent_as_they_were_stored(served: Path) -> None:
    assert json.loads(Store(served).rows("ada", 1)[0]) == ADA.tracks[0]


def test_nothing_published_says_so(home: Path) -> None:
    with pytest.raises(NothingServed, match="nothing has been published"):
        Store(home / "served").listeners()


def test_the_first_version_is_served_as_soon_as_it_is_there(home: Path) -> None:
    store = Store(home / "served")

    publish(home / "served", "1", [ADA])

    assert store.freshness().version == "1"


def test_a_new_version_takes_over(served: Path) -> None:
    store = Store(served)

    publish(served, "2", [History("grace")])

    assert soon(lambda: [each.username for each in store.listeners()] == ["grace"])
    assert store.freshness().stale is None


def test_freshness_is_the_time_of_publishing(served: Path) -> None:
    assert Store(served).freshness().published_at == NOW == datetime(2026, 6, 1, 12, tzinfo=UTC)


def test_a_corrupt_new_version_leaves_the_old_one_serving(served: Path) -> None:
    store = Store(served)

    publish_corrupt(served, "2")

    assert soon(lambda: "segue-2.sqlite" in (store.freshness().stale or ""))
    assert store.listener("ada").play_count == 1204


def test_a_whole_version_after_a_corrupt_one_is_no_longer_stale(served: Path) -> None:
    store = Store(served)
    publish_corrupt(served, "2")
    assert soon(lambda: store.freshness().stale is not None)

    publish(served, "3", [History("grace")])

    assert soon(lambda: store.freshness().version == "3" and store.freshness().stale is None)


def test_a_start_on_a_corrupt_version_falls_back_to_the_one_before(served: Path) -> None:
    publish_corrupt(served, "2")

    freshness = Store(served).freshness()

    assert freshness.version == "1"
    assert "segue-2.sqlite cannot be served" in str(freshness.stale)


def test_a_start_on_a_dangling_link_falls_back_to_the_one_before(served: Path) -> None:
    publish(served, "2", [ADA]).unlink()

    assert Store(served).freshness().version == "1"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("PRAGMA user_version = 1", "its format is 1, this Segue reads 4"),
        ("DROP TABLE recommendations", "it has no table recommendations"),
        ("DELETE FROM meta", "it does not say when it was published"),
    ],
)
def test_a_version_of_another_kind_is_refused_with_the_reason(served: Path, statement: str, said: str) -> None:
    path = publish(served, "2", [ADA])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)

    assert said in str(Store(served).freshness().stale)


def test_a_current_version_damaged_in_place_gives_way_to_the_one_before(served: Path) -> None:
    store, damaged = Store(served), publish(served, "2", [ADA])
    assert soon(lambda: store.freshness().version == "2")

    damaged.write_bytes(b"\x00" * 100)

    assert soon(lambda: store.freshness().version == "1")


def test_a_store_that_vanishes_is_served_on(served: Path) -> None:
    store = Store(served)

    for path in served.iterdir():
        path.unlink()

    assert soon(lambda: "it is gone" in str(store.freshness().stale))
    assert store.count("ada") == 2


def test_no_reader_notices_a_switch(served: Path) -> None:
    store, failures, over = Store(served), [], threading.Event()

    def read() -> None:
        while not over.is_set():
            if len(store.recommendations("ada", 10)) != 2:
                failures.append("a list was not whole")

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(2, 12):
        publish(served, str(number), [ADA])
        assert soon(lambda expected=str(number): store.freshness().version == expected)  # type: ignore[misc]
    over.set()
    for reader in readers:
        reader.join()
    assert failures == []
