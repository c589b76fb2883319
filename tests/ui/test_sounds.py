"""Tracks near one are those of near artists and those that sound like it, in one order."""

from pathlib import Path

import pytest

from tests.ui.stores import History, Music, publish
from ui.store import Store

SOUNDS = {("Teardrop", "Massive Attack"): (1.0, 0.0), ("Near", "Low"): (0.8, 0.6), ("Far", "Blur"): (0.0, 1.0)}


def store(folder: Path, music: Music) -> Store:
    publish(folder, "1", [History("ada")], music=music)
    return Store(folder)


def test_what_sounds_most_alike_comes_first_and_says_how_much(tmp_path: Path) -> None:
    near = store(tmp_path, Music(sounds=SOUNDS)).similar_tracks("teardrop|massive attack")

    assert [(one.track_name, one.match) for one in near] == [("Near", None), ("Far", None)]
    assert [one.likeness for one in near] == [pytest.approx(0.8), 0.0]


def test_a_track_that_is_near_in_both_ways_comes_before_those_that_are_so_in_one(tmp_path: Path) -> None:
    top = {"Massive Attack": ["Teardrop", "Angel"], "Blur": ["Tender", "Far"]}
    music = Music(similar={"Massive Attack": {"Blur": 1.0}}, top_tracks=top, sounds=SOUNDS)
    near = store(tmp_path, music).similar_tracks("teardrop|massive attack")

    assert [one.track_name for one in near] == ["Far", "Near", "Tender", "Angel"]
    assert (near[0].match, near[0].rank, near[0].likeness) == (1.0, 2, 0.0)
    assert near[2].likeness is None


def test_a_track_of_which_no_sound_is_known_has_its_near_artists_alone(tmp_path: Path) -> None:
    top = {"Massive Attack": ["Angel"], "Blur": ["Tender"]}
    music = Music(similar={"Massive Attack": {"Blur": 1.0}}, top_tracks=top, sounds=SOUNDS)

    assert [one.track_name for one in store(tmp_path, music).similar_tracks("angel|massive attack")] == ["Tender"]
