"""One Spark session for the whole run, and one home that is built once and copied for each test that changes it."""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

import jobs.session
from jobs.head_start import HeadStart
from jobs.lake import Lake
from tests.jobs.communities import land_tastes, two_scenes
from tests.jobs.facts import about_bristol, consume
from tests.jobs.listening import (
    AS_OF,
    LONG_AGO,
    built,
    ingest,
    land_feedback_page,
    many,
    play,
    recent_tracks,
    verdict,
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Mark what needs Spark: `make test` runs it in one process, and all else beside it in another."""
    for item in items:
        if "spark" in item.fixturenames:
            item.add_marker(pytest.mark.spark)


@pytest.fixture(scope="session", autouse=True)
def _in_utc() -> None:
    """PySpark hands instants to Python in the zone of the process."""
    os.environ["TZ"] = "UTC"
    time.tzset()


@pytest.fixture(scope="session", autouse=True)
def _asks_nobody_outside() -> None:
    """Without a key Segue asks services that need none; tests that ask them have servers of their own."""
    os.environ["SEGUE_PROVIDERS"] = "lastfm"


@pytest.fixture(scope="session", autouse=True)
def _at_a_terminal() -> None:
    """Ctrl-C interrupts, also where the tests run in the background of a script, which ignores it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    with pytest.MonkeyPatch.context() as patch:
        # One session lays down some hundred lakes: in 2 GB a quarter of its time went into collecting garbage.
        roomy = {**jobs.session.defaults(), "spark.driver.memory": "4g"}
        patch.setattr(jobs.session, "defaults", lambda: roomy)
        # Noting what is to be left to later sessions would take time, and the tests' is like no other. Java is
        # started outside UTC, since most machines are: it must change nothing.
        environment = HeadStart.environment
        tokyo = {"TZ": "Asia/Tokyo"}
        patch.setattr(HeadStart, "environment", lambda self, *, leaving: environment(self, leaving=False) | tokyo)
        started = jobs.session.session()
    yield started
    started.stop()


@pytest.fixture
def lake(spark: SparkSession, tmp_path: Path) -> Lake:
    """A new lake, empty."""
    return Lake(spark, tmp_path / "lake")


@pytest.fixture(scope="session")
def built_lake(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Ann and Bob with forgotten favourites, Carl with none but a like, and facts about music; built as of AS_OF.

    To be read, not written.
    """
    lake = Lake(spark, tmp_path_factory.mktemp("built") / "lake")
    loved = [*many(3, "Angel", since=LONG_AGO), *many(5, "Teardrop", since=LONG_AGO)]
    for name in ("ann", "bob"):
        ingest(lake, recent_tracks(*loved, play("Now", name, at=AS_OF)), listener=name)
    ingest(lake, recent_tracks(play(), play("Angel")), listener="carl")
    consume(lake, *about_bristol())
    land_feedback_page(lake.root.parent, verdict("teardrop|massive attack"), listener="carl")
    land_tastes(lake.root.parent, two_scenes())
    built(lake)
    return lake


@pytest.fixture
def own_lake(built_lake: Lake, tmp_path: Path) -> Lake:
    """The built lake, as a copy to change."""
    shutil.copytree(built_lake.root.parent, tmp_path / "home", symlinks=True)
    return Lake(built_lake.spark, tmp_path / "home" / "lake")
