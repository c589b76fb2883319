"""Tables of audio features are imported once, row by row accounted for; what sounds alike is proposed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from flows.features import land_features
from flows.sources.features_file import inspect
from jobs.audio import consume_features
from jobs.gold import track_candidates
from jobs.lake import Lake
from jobs.report import Report
from jobs.session import fit
from jobs.silver import candidate_audio_match
from jobs.silver.audio_features import TABLE
from quality.gate import GateClosed, gate
from tests.jobs.listening import built
from tests.jobs.worlds import heard, proposed, sounds

NOW = datetime(2024, 6, 1, tzinfo=UTC)
SOUND = {"acousticness": 0.1, "danceability": 0.2, "energy": 0.3, "instrumentalness": 0, "liveness": 0.5}
SOUND |= {"loudness": -6, "speechiness": 0.7, "tempo": 125, "valence": 0.9}
Cells = Mapping[str, object]


def row(track: str = "Monkey", **cells: object) -> Cells:
    return {"artist_name": "Low", "track_name": track, "genre": "Slow", "popularity": 9, **SOUND} | cells


def imported(lake: Lake, *rows: Cells) -> Report:
    home = lake.root.parent
    file = home / "tracks.csv"
    home.mkdir(exist_ok=True)
    file.write_text("\n".join([",".join(rows[0]), *(",".join(map(str, one.values())) for one in rows), ""]))
    digests = [land_features(one, home / "bronze", lambda _: None) for one in inspect([file])]
    return consume_features(lake, home / "bronze", gate, now=NOW, asked=digests)


def test_every_row_is_new_or_repeated_or_refused_with_its_reason(lake: Lake) -> None:
    told = (row(), row(genre="Indie"), row("Canada", energy=1.2), row("", energy=0), row("Silver", tempo=0))
    further = (row("Dinosaur", valence=""), row("July", loudness="loud"), row("Point", popularity=101))
    (account,) = imported(lake, *told, *further).consumed

    assert (account.read, account.new, account.duplicate, account.quarantined) == (8, 1, 1, 6)
    reasons = {"energy outside 0 to 1", "no track", "tempo of 0: no beat was found", "no valence"}
    assert account.reasons.keys() == reasons | {"wrong type: the loudness is no number", "popularity outside 0 to 100"}


@pytest.mark.slow
def test_files_in_any_order_give_the_same_tracks_and_a_repetition_writes_nothing(lake: Lake, tmp_path: Path) -> None:
    first, second = (row(popularity=1, energy=0.8),), (row(genre="Indie"), row("Canada"))
    imported(lake, *first)
    imported(lake, *second)
    version = lake.version(TABLE)
    again = imported(lake, *reversed(second)).consumed[0]
    other = Lake(lake.spark, tmp_path / "other" / "lake")
    imported(other, *second)
    imported(other, *first)

    assert (again.new, again.duplicate, lake.version(TABLE)) == (0, 2, version)
    rows, others = (sorted(one.read(TABLE).drop("batch_id").collect()) for one in (lake, other))
    assert rows == others and [(one.track_name, one.genres, one.energy) for one in rows] == [
        ("Canada", ["slow"], 0.3),
        ("Monkey", ["indie", "slow"], 0.3),
    ]
    assert (rows[0].loudness, rows[0].tempo, rows[0].tempo_bpm) == (0.9, 0.5, 125)


def test_the_unplayed_track_that_sounds_most_alike_comes_first_and_says_why(spark: SparkSession) -> None:
    fit(spark, 1)
    loud, quiet = {"energy": 0.9, "acousticness": 0.0}, {"energy": 0.1, "acousticness": 0.9}
    found = proposed(
        spark,
        "audio_match",
        *(heard("Low", "Monkey", 9), sounds("Low", "Monkey", "slow", **loud)),
        *(heard("Low", "July", 1), sounds("Low", "July", **quiet)),
        sounds("Codeine", "D", "slow", **loud),
        sounds("Blur", "Song 2", **loud),
        sounds("Bedhead", "Bedside Table", **quiet),
    )

    assert sorted(found, key=lambda one: -found[one].score) == ["D", "Song 2", "Bedside Table"]
    reason = found["D"].reason
    assert (reason.genre, reason.nearest_track_name, reason.features[0].name) == ("slow", "Monkey", "energy")
    assert found["D"].score == 1.2 * reason.likeness and found["Song 2"].score == found["Song 2"].reason.likeness


def test_what_sounds_alike_is_proposed_through_gates_that_close_on_broken_rows(own_lake: Lake) -> None:
    loved = row("Teardrop", artist_name="Massive Attack")
    imported(own_lake, loved, row("Monkey", energy=0.9), row("Canada"))

    built(own_lake, tables=(candidate_audio_match.TABLE.name, track_candidates.TABLE.name))
    sounding, proposed_rows = own_lake.read(TABLE), own_lake.read(candidate_audio_match.TABLE)

    best = proposed_rows.where("username = 'ann'").orderBy(F.desc("score")).first()
    assert best and best.track_name == "Canada" and best.reason.nearest_track_name == "Teardrop"
    with pytest.raises(GateClosed, match="energy"):
        gate(sounding.withColumn("energy", F.lit(7.3)), TABLE)
    with pytest.raises(GateClosed, match="score"):
        gate(proposed_rows.withColumn("score", F.lit(7.3)), candidate_audio_match.TABLE)
