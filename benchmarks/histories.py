"""Imports histories given as NAME=FILE into homes whose provider is the demo server with a full catalogue."""

import argparse
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.simulated import ANCHOR
from flows import engine
from flows.demo.calls import Calls
from flows.demo.catalogue import read_catalogue
from flows.demo.misbehaviour import Misbehaviour
from flows.demo.server import demo_server
from flows.demo.world import World, demo_world
from flows.enriching import enrich
from flows.histories import land_files
from flows.listening_source import lastfm
from flows.providers import only
from flows.settings import Settings, read_settings

EVERYTHING = 1_000_000
COUNTED = (*engine.PLAYS, *engine.PLAY_COUNTS)


def world_and_histories(description: str | None) -> tuple[World, Mapping[str, Path]]:
    """From the command line: the world of the catalogue, and the file of each listener."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--catalogue", type=Path, required=True)
    parser.add_argument("histories", nargs="+", metavar="NAME=FILE")
    asked = parser.parse_args()
    os.environ["TZ"] = "UTC"
    histories = {name: Path(file) for name, file in (one.split("=", 1) for one in asked.histories)}
    return demo_world(ANCHOR, catalogue=read_catalogue(asked.catalogue)), histories


def settings_of(home: Path) -> Settings:
    """Settings without a key and without a limit on the rate of calls; `asking` sets the address of the server."""
    return replace(read_settings({}), home=home, lastfm_calls_per_second=0.0)


def land_history(home: Path, name: str, file: Path) -> None:
    """Land a history as `segue import` does."""
    land_files(
        [file],
        listener=name,
        timezone="UTC",
        bronze=home / "bronze",
        understood=lambda _: None,
        say=lambda _: None,
        progress=lambda _: None,
    )


def count_plays(home: Path, histories: Mapping[str, Path]) -> None:
    """Import all histories and build plays and play counts."""
    for name, file in histories.items():
        land_history(home, name, file)
    engine.build(settings_of(home), COUNTED)


@contextmanager
def asking(home: Path, world: World, misbehaviour: Misbehaviour | None = None) -> Iterator[tuple[Settings, Calls]]:
    """Settings whose provider is this world, and a record of the calls to it."""
    calls = Calls()
    with demo_server(world, misbehaviour=misbehaviour, calls=calls) as url:
        yield replace(settings_of(home), lastfm_api_url=url), calls


def spend(settings: Settings, budget: int = EVERYTHING, listeners: Sequence[str] = ()) -> int:
    """Ask the questions worth asking, for these listeners or for all; return the number of calls."""
    return enrich(settings, only(lastfm(settings)), calls=budget, listeners=listeners).calls
