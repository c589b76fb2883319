"""The demo's catalogue file is read whole, and any file of its shape can stand in for it."""

import gzip
import json
import os
import time
from datetime import date
from pathlib import Path

import pytest

from flows.demo.catalogue import Similar, Tag, read_catalogue
from flows.demo.listeners import LISTENERS, VETERAN
from flows.demo.simulate import plays

SHARED = os.environ.get("SEGUE_SHARED", "")


def artist(name: str, *tracks: str, mbid: str | None = None) -> dict[str, object]:
    rows = [{"name": track, "listeners": 10, "playcount": 50} for track in tracks]
    similar = [{"name": "Mew", "match": 1.0}]
    tags = [{"name": "indie", "count": 100}]
    facts = {"name": name, "mbid": mbid, "listeners": 20, "playcount": 100, "tags": tags, "similar": similar}
    return {**facts, "albums": [{"name": "First", "tracks": rows}]}


def written(folder: Path, *artists: dict[str, object]) -> Path:
    path = folder / "catalogue.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, artists)).encode()))
    return path


def test_an_artist_comes_with_tags_neighbours_and_songs(tmp_path: Path) -> None:
    (mono,) = read_catalogue(written(tmp_path, artist("Mono", "Halcyon", "Ashes", mbid="m-1"))).artists

    assert (mono.mbid, mono.tags, mono.similar) == ("m-1", (Tag("indie", 100),), (Similar("Mew", 1.0),))
    assert [(song.album.name, song.track.name) for song in mono.songs] == [("First", "Halcyon"), ("First", "Ashes")]


def test_an_unknown_mbid_is_empty_as_lastfm_writes_it(tmp_path: Path) -> None:
    assert read_catalogue(written(tmp_path, artist("Mono", "Halcyon"))).artists[0].mbid == ""


def test_an_artist_without_tracks_is_left_out(tmp_path: Path) -> None:
    catalogue = read_catalogue(written(tmp_path, artist("Mono", "Halcyon"), artist("Nobody")))

    assert list(catalogue.named) == ["Mono"]


def test_the_demo_knows_hundreds_of_artists_whose_neighbours_it_also_knows() -> None:
    catalogue = read_catalogue()

    assert len(catalogue.artists) > 800
    assert all(near.name in catalogue.named for artist in catalogue.artists for near in artist.similar)


def test_a_catalogue_with_none_of_a_listeners_tags_and_no_neighbours_is_played_all_the_same(tmp_path: Path) -> None:
    catalogue = read_catalogue(written(tmp_path, artist("Mono", "Halcyon")))

    assert plays(catalogue, VETERAN, anchor=date(2026, 1, 1), until=date(2026, 1, 1), since=date(2025, 12, 1))


@pytest.mark.skipif(not SHARED, reason="SEGUE_SHARED is not set: the large catalogue is not at hand")
def test_the_large_catalogue_is_read_and_everyone_plays_it_within_seconds() -> None:
    started = time.process_time()
    catalogue = read_catalogue(Path(SHARED) / "data" / "catalogue" / "large.jsonl.gz")
    histories = [plays(catalogue, one, anchor=date(2026, 1, 1), until=date(2026, 1, 1)) for one in LISTENERS]

    assert len(catalogue.artists) > 4_000 and all(len(history) > 100 for history in histories)
    assert time.process_time() - started < 10
