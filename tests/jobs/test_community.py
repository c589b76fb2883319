"""A community is imported once, row by row accounted for, and names nobody."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyspark.sql import Row

from jobs.community import consume_community
from jobs.community_models import fit_models
from jobs.lake import Lake
from jobs.report import Report
from jobs.silver import candidate_collaborative, candidate_similar_artist, community_model, community_plays, ingest_log
from jobs.silver import community_similar_artists as similar
from jobs.silver import similar_artists as provided
from quality.gate import gate
from tests.jobs.communities import BRISTOL, Tastes, land_tastes, two_scenes

NOW = datetime(2024, 6, 1, tzinfo=UTC)


def imported(lake: Lake, *files: Tastes) -> Report:
    home = lake.root.parent
    return consume_community(
        lake, home / "bronze", gate, now=NOW, asked=[land_tastes(home, tastes) for tastes in files]
    )


def test_a_file_imported_again_or_in_another_order_adds_nothing(lake: Lake) -> None:
    (first,) = imported(lake, two_scenes()).consumed
    again, turned = imported(lake, two_scenes(), dict(reversed([*two_scenes().items()]))).consumed

    assert (first.read, first.new, first.duplicate) == (96, 96, 0)
    assert [(one.new, one.duplicate, one.quarantined) for one in (again, turned)] == [(0, 96, 0)] * 2
    assert lake.read(community_plays.TABLE).count() == 96


def test_every_row_is_kept_or_repeated_or_refused_with_its_reason(lake: Lake, tmp_path: Path) -> None:
    (report,) = imported(lake, {"a": ["Lamb", "Lamb", " ", "LAMB"], "": ["Pulp"], "b": ["Lamb"]}).consumed

    counts = (report.read, report.new, report.duplicate, dict(report.reasons))
    assert counts == (6, 3, 1, {"no artist": 1, "no listener": 1})
    plays = lake.read(community_plays.TABLE).where("artist_id = 'lamb'").collect()
    assert sorted(row.play_count for row in plays) == [7, 14]


def test_no_file_of_the_home_knows_whose_listens_they_were(lake: Lake, tmp_path: Path) -> None:
    secret = "Mrs. Dalloway"
    imported(lake, {secret: ["Lamb"], "b": ["Pulp"]})
    (tmp_path / "tastes.tsv").unlink()

    columns = lake.read(community_plays.TABLE).toPandas().to_csv()
    landed = [gzip.decompress(path.read_bytes()).decode() for path in tmp_path.rglob("*.json.gz")]
    assert landed and not any(secret in text for text in [columns, *landed])


def test_a_community_that_is_too_small_gives_no_model_and_says_so(lake: Lake) -> None:
    imported(lake, two_scenes(19))

    (warning,) = fit_models(lake, gate, now=NOW).gates
    assert not warning.success and "20 listeners or more" in warning.rule and warning.observed == "19 listeners"
    assert lake.read(community_model.TABLE).isEmpty()


@pytest.mark.slow
def test_what_has_not_changed_is_not_fitted_again(own_lake: Lake) -> None:
    before = own_lake.version(community_model.TABLE)

    assert fit_models(own_lake, gate, now=NOW).written == ()
    imported(own_lake, {"one more": ["Lamb", "Tricky"]})
    assert {one.table for one in fit_models(own_lake, gate, now=NOW).written} >= {"silver.community_model"}
    assert own_lake.version(community_model.TABLE) > before


def test_near_an_artist_is_who_the_same_people_listen_to(built_lake: Lake) -> None:
    near = built_lake.read(similar.TABLE).where("artist_id = 'tricky'").orderBy("match", ascending=False).collect()

    assert {row.similar_artist_name for row in near[:4]} == {*BRISTOL} - {"Tricky"} and near[0].match == 1


def test_listeners_are_proposed_what_listeners_like_them_listen_to(built_lake: Lake) -> None:
    rows = built_lake.read(candidate_collaborative.TABLE).collect()

    assert {(row.username, row.track_name) for row in rows} >= {("ann", "Overcome"), ("bob", "Overcome")}
    seeds: list[Row] = rows[0].reason.seeds
    assert [seed.artist_name for seed in seeds] == ["Massive Attack"] and seeds[0].share == pytest.approx(1)


def test_where_nobody_lists_similar_artists_the_community_does(built_lake: Lake) -> None:
    similar_artists, known = built_lake.read(provided.TABLE), built_lake.read(similar.TABLE)

    listed = candidate_similar_artist.with_the_community(similar_artists.where("false"), known)
    kept = candidate_similar_artist.with_the_community(similar_artists, known)
    assert listed.count() == known.count()
    assert kept.where("artist_id = 'massive attack'").count() == 2


def test_batches_of_plays_are_no_concern_of_the_community(built_lake: Lake) -> None:
    batches = {row.batch_id for row in built_lake.read(ingest_log.TABLE).collect()}

    report = consume_community(built_lake, built_lake.root.parent / "bronze", gate, now=NOW, asked=batches)

    assert [(account.listener, account.new) for account in report.consumed] == [("", 0)]
