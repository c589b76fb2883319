"""Pages become plays: nothing is lost, nothing is counted twice, every batch is accounted for."""

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

from jobs.ingest import consume
from jobs.lake import Lake
from jobs.silver import ingest_log, plays, quarantine
from quality.gate import gate
from tests.jobs.listening import FETCHED, NOON, ingest, land_page, play, recent_tracks


def test_a_play_that_comes_again_in_another_page_is_a_duplicate(lake: Lake) -> None:
    page = [play("Teardrop"), play(" TEARDROP"), play("Angel", at=NOON + timedelta(minutes=5))]
    (first,) = ingest(lake, recent_tracks(*page)).consumed

    (again,) = ingest(lake, recent_tracks(*page, play("Protection"), play(artist=""))).consumed

    assert (first.read, first.new, first.duplicate) == (3, 2, 1)
    assert (again.read, again.new, again.duplicate, again.quarantined) == (5, 1, 3, 1)
    assert again.reasons == {"no artist": 1}
    assert lake.read(plays.TABLE).count() == 3


def test_a_page_that_was_consumed_is_not_read_again_but_is_accounted_for_when_asked(lake: Lake) -> None:
    (first,) = ingest(lake, recent_tracks(play(), play("Angel"), play(""))).consumed
    before = lake.read(ingest_log.TABLE).collect()
    home = lake.root.parent

    report = consume(lake, home / "bronze", gate, now=FETCHED, asked=[first.batch_id])

    (again,) = report.consumed
    assert (again.read, again.new, again.duplicate, again.quarantined) == (3, 0, 2, 1)
    assert report.written == ()
    assert lake.read(ingest_log.TABLE).collect() == before


def test_a_consumer_killed_before_it_wrote_its_log_is_run_again_without_repeats(lake: Lake) -> None:
    land_page(lake.root.parent, recent_tracks(play(), play(artist="")))
    (first,) = consume(lake, lake.root.parent / "bronze", gate, now=FETCHED).consumed
    lake.spark.sql(f"DELETE FROM delta.`{lake.path(ingest_log.TABLE)}`")

    (again,) = consume(lake, lake.root.parent / "bronze", gate, now=FETCHED).consumed

    assert again == first
    assert (lake.read(plays.TABLE).count(), lake.read(quarantine.TABLE).count()) == (1, 1)


def test_one_listeners_pages_are_left_to_whoever_ingests_that_listener(lake: Lake) -> None:
    land_page(lake.root.parent, recent_tracks(play()), "ann")
    land_page(lake.root.parent, recent_tracks(play("Angel")), "b/o.b")

    report = consume(lake, lake.root.parent / "bronze", gate, now=FETCHED, listeners=["b/o.b"])

    assert [batch.listener for batch in report.consumed] == ["b/o.b"]


def test_a_page_of_refused_rows_alone_is_consumed(lake: Lake) -> None:
    (report,) = ingest(lake, recent_tracks(play(""))).consumed

    assert (report.read, report.quarantined) == (1, 1)


ROWS = st.builds(
    lambda track, artist, minute, broken: play(track, artist, at=NOON + timedelta(minutes=minute)) | broken,
    st.sampled_from(["Teardrop", "teardrop ", "Angel", ""]),
    st.sampled_from(["Massive Attack", "Blur", ""]),
    st.integers(0, 3),
    st.sampled_from([{}, {}, {}, {"date": {}}, {"@attr": {"nowplaying": "true"}}]),
)


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(pages=st.lists(st.lists(ROWS, min_size=1, max_size=6), min_size=2, max_size=3))
def test_read_is_new_and_duplicate_and_quarantined_whatever_comes_in_whatever_order(
    spark: SparkSession, tmp_path_factory: pytest.TempPathFactory, pages: list[list[dict[str, object]]]
) -> None:
    lake = Lake(spark, tmp_path_factory.mktemp("law") / "lake")

    for page in pages:
        (report,) = ingest(lake, recent_tracks(*page)).consumed or (None,)
        assert report is None or report.read == report.new + report.duplicate + report.quarantined == len(page)

    log = lake.read(ingest_log.TABLE).selectExpr("sum(new) AS new", "sum(read) AS read").first()
    assert log is not None
    assert log.read == sum(len(page) for page in {json.dumps(page): page for page in pages}.values())
    assert log.new == lake.read(plays.TABLE).count()
