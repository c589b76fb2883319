"""The command line: what was done is said, what was not ends in one line and a status that is not 0."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from pyspark.sql import SparkSession

from flows.cli import main
from tests.flows.loopback import SmallLastFm, error, serving

LOVED = datetime(2021, 5, 1, 20, tzinfo=UTC)


class Ended(NamedTuple):
    """How a command ended."""

    status: int | str | None
    out: list[str]
    err: str


Segue = Callable[..., Ended]


@pytest.fixture
def segue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Segue:
    """Runs a command in a home of its own."""
    for name in ("LASTFM_API_KEY", "SEGUE_LISTENERS", "SPARK_REMOTE", "SPARK_MASTER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SEGUE_HOME", str(tmp_path / "home"))

    def run(*words: object) -> Ended:
        monkeypatch.setattr("sys.argv", ["segue", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Ended(ended.value.code, said.out.splitlines(), said.err)

    return run


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Five plays of a forgotten favourite, one of yesterday's, one that is none."""
    rows = [("Massive Attack", "Teardrop", LOVED + timedelta(hours=hour)) for hour in range(5)]
    rows.append(("Blur", "Tender", LOVED + timedelta(days=900)))
    with (tmp_path / "plays.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Artist", "Song Title", "UTS"])
        writer.writerows((artist, track, int(at.timestamp())) for artist, track, at in rows)
        writer.writerow(["Blur", "Tender", ""])
    return tmp_path / "plays.csv"


def test_a_history_is_imported_accounted_for_and_recommended_from(
    segue: Segue, history: Path, spark: SparkSession
) -> None:
    first = segue("import", history, "--listener", "Ann ", "--as-of", "2024-01-01", "--no-enrich")
    again = segue("import", history, "--listener", "ann", "--as-of", "2024-01-01", "--no-enrich")
    listed = segue("recommend", "ANN")
    as_json = segue("recommend", "ann", "--json")
    state = segue("status")

    assert (first.status, first.out[-1]) == (0, "read 7 = new 6 + duplicate 0 + quarantined 1")
    assert "refused 1: no time" in first.out
    assert (again.status, again.out[-1]) == (0, "read 7 = new 0 + duplicate 6 + quarantined 1")
    assert not [line for line in again.out if line.startswith(("silver.", "gold.", "served"))]
    assert listed.out[1:] == ["  1. Teardrop by Massive Attack", "     Old favorite: 5 plays, last heard in May 2021"]
    assert [row["track_id"] for row in json.loads("\n".join(as_json.out))] == ["teardrop|massive attack"]
    assert any("ann" in line and "6 plays" in line for line in state.out)


@pytest.mark.slow
def test_a_source_is_forgotten_and_what_another_saw_stays(
    segue: Segue, history: Path, tmp_path: Path, spark: SparkSession
) -> None:
    track = {"name": "Teardrop (Live)", "artist": {"name": "Massive Attack"}}
    shared = {"timestamp": {"unixtimestamp": int(LOVED.timestamp()) + 9}, "track": track}
    (tmp_path / "export.json").write_text(json.dumps([shared]))
    segue("import", history, "--listener", "ann", "--no-build")
    both = segue("import", tmp_path / "export.json", "--listener", "ann", "--no-build")

    forgotten = segue("forget-source", "ann", "csv")
    again = segue("import", history, "--listener", "ann", "--no-build")
    unknown = segue("forget-source", "ann", "spotify")

    assert both.out[-1] == "read 1 = new 0 + duplicate 1 + quarantined 0"
    assert any(line.startswith("one play each: 1 reported by csv and lastfm-export") for line in both.out)
    assert forgotten.status == 0 and forgotten.out[0] == "removed the data from csv about ann"
    assert again.out[-1] == "read 7 = new 5 + duplicate 1 + quarantined 1"
    assert unknown.err.endswith("ann has no data from 'spotify': choose from csv, lastfm-export\n")


@pytest.mark.slow
def test_a_full_sync_takes_out_what_vanished_and_an_incomplete_one_nothing(
    segue: Segue, monkeypatch: pytest.MonkeyPatch, spark: SparkSession
) -> None:
    second = int(LOVED.timestamp())
    small = SmallLastFm(user="ann", plays=[second + 600 * number for number in range(8)])
    with serving(small) as server:
        monkeypatch.setenv("LASTFM_API_URL", server.url)
        monkeypatch.setenv("LASTFM_CALLS_PER_SECOND", "0")
        segue("sync", "ann", "--no-enrich")
        small.plays = small.plays[2:]
        small.faults = [lambda form: error(17) if int(form.get("limit", 1)) > 1 else None]
        failed = segue("sync", "ann", "--full", "--no-enrich")
        small.faults = []
        full = segue("sync", "ann", "--full", "--no-enrich")
        small.plays = small.plays[:1]
        most = segue("sync", "ann", "--full", "--no-enrich")

    assert failed.status == 1 and "are gone from" not in " ".join(failed.out)
    assert full.out[0] == "2 of ann's plays are gone from lastfm: removing them"
    assert any("ann" in line and "6 plays" in line for line in segue("status").out)
    assert most.status == 1 and "over half of them: nothing was removed" in most.err


@pytest.mark.slow
def test_a_renaming_that_is_killed_twice_ends_as_if_all_had_come_under_the_other_name(
    segue: Segue, history: Path, monkeypatch: pytest.MonkeyPatch, spark: SparkSession
) -> None:
    segue("import", history, "--listener", "rj", "--no-build")
    for killed_at in ("engine.rename", "place"):
        with monkeypatch.context() as broken:
            broken.setattr(f"flows.renaming.{killed_at}", killed)
            assert segue("rename", "rj", "rob").err.endswith("segue: killed\n")
    other = segue("rename", "rj", "ann")
    done = segue("rename", "rj", "rob")
    again, as_before = (segue("import", history, "--listener", name, "--no-build") for name in ("rob", "rj"))

    assert other.err == "segue: a rename was interrupted: finish it first with segue rename 'rj' 'rob'\n"
    assert (done.status, done.out[-1]) == (0, "rj is now called rob")
    assert again.out[-1] == as_before.out[-1] == "read 7 = new 0 + duplicate 6 + quarantined 1"
    assert as_before.out[0] == "rj is now called rob: the plays go to rob"
    served = [line.split()[0] for line in segue("status").out if " plays, last play" in line]
    assert served == ["rob"] and segue("rename", "rj", "x").err.startswith("segue: there is no listener 'rj': they are")


def killed(*_: object) -> None:
    raise OSError("killed")


def test_nothing_served_says_what_to_do(segue: Segue) -> None:
    ended = segue("recommend", "ann")

    assert ended.status == 1
    assert ended.err.startswith("segue: nothing has been published") and ended.err.count("\n") == 1


def test_status_of_an_empty_home_is_no_failure(segue: Segue) -> None:
    ended = segue("status")

    assert ended.status == 0
    assert "Nothing has been published yet: run 'segue demo', or 'segue import FILE --listener NAME'" in ended.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["missing.csv", "--listener", "ann"], "missing.csv"),
        (["HISTORY", "--listener", " "], "cannot be a listener's name"),
        (["HISTORY", "--listener", "ann", "--timezone", "Mars/Olympus"], "unknown time zone 'Mars/Olympus'"),
        (["HISTORY", "--listener", "ann", "--as-of", "soon"], "--as-of is 'soon', not a date"),
        (["HISTORY", "missing.csv", "--listener", "ann"], "missing.csv"),
    ],
)
def test_what_cannot_be_imported_is_said_in_one_line_and_nothing_is_kept(
    segue: Segue, history: Path, tmp_path: Path, words: list[str], says: str
) -> None:
    ended = segue("import", *(history if word == "HISTORY" else word for word in words))

    assert ended.status == 1
    assert says in ended.err.splitlines()[-1]
    assert not list((tmp_path / "home").rglob("*.json.gz"))


def test_a_bad_setting_is_named(segue: Segue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LASTFM_CALLS_PER_SECOND", "many")

    ended = segue("sync", "ann")
    assert (ended.status, ended.err) == (1, "segue: LASTFM_CALLS_PER_SECOND is 'many': set it to a number\n")


def test_a_word_that_is_no_command_is_a_usage_error(segue: Segue) -> None:
    assert segue("recomend").status == 2


def test_what_builds_nothing_ends_without_loading_what_a_build_needs() -> None:
    help_and_look = """
import sys
from flows.cli import main
sys.argv = ["segue", "--help"]
try:
    main()
except SystemExit:
    assert "great_expectations" not in sys.modules
    print("not loaded")
"""
    ended = subprocess.run([sys.executable, "-c", help_and_look], capture_output=True, text=True, check=True)
    assert ended.stdout.endswith("not loaded\n")
