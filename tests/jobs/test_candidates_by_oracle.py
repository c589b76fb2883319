"""In worlds drawn at random the candidate tables are the oracle's, row by row, and lie as they may."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from jobs.session import fit
from tests.jobs import oracle
from tests.jobs.worlds import drawn, everything

Tables = dict[str, list[Row]]


@pytest.fixture(autouse=True)
def _fitted(spark: SparkSession) -> Iterator[None]:
    fit(spark, 1)
    yield
    fit(spark, 1)


@pytest.fixture(scope="module")
def built(spark: SparkSession) -> Tables:
    fit(spark, 1)
    return everything(spark, drawn(1))


def test_every_row_of_every_table_is_the_oracles(built: Tables) -> None:
    assert _unlike_the_oracle(built, drawn(1)) == []


@pytest.mark.slow
def test_so_it_is_in_another_world(spark: SparkSession) -> None:
    assert _unlike_the_oracle(everything(spark, drawn(2)), drawn(2)) == []


def test_every_row_of_the_list_is_flagged_by_its_reasons_and_described_by_what_is_known(built: Tables) -> None:
    tracks = {row["track_id"]: row for row in drawn(1).tracks}
    artists = {row["artist_id"]: row for row in drawn(1).artists}

    for row in built["unified"]:
        flagged = [strategy for strategy in oracle.STRATEGIES if row[strategy]]
        assert flagged == [reason.strategy for reason in row.reasons] and row.strategies == len(flagged)
        track, artist = tracks.get(row.track_id, {}), artists.get(row.artist_id, {})
        assert [tag.asDict() for tag in row.tags] == (track.get("tags") or artist.get("tags") or [])
        assert row.listeners == track.get("listeners")
        assert f"{oracle.canonical(row.track_name)}|{oracle.canonical(row.artist_name)}" == row.track_id


@pytest.mark.parametrize(
    ("pieces", "shuffles_into", "compiled"), [pytest.param(7, 5, True, marks=pytest.mark.slow), (1, 1, False)]
)
def test_the_same_inputs_give_the_same_bytes_however_they_lie(
    spark: SparkSession, built: Tables, pieces: int, shuffles_into: int, compiled: bool
) -> None:
    shuffled = drawn(1)
    for rows in vars(shuffled).values():
        random.Random(pieces).shuffle(rows)
    spark.conf.set("spark.sql.shuffle.partitions", shuffles_into)
    spark.conf.set("spark.sql.codegen.wholeStage", str(compiled).lower())
    spark.conf.set("spark.sql.codegen.factoryMode", "CODEGEN_ONLY" if compiled else "NO_CODEGEN")

    found = everything(spark, shuffled, lambda rows: rows.coalesce(1) if pieces == 1 else rows.repartition(pieces))
    assert _bytes(found) == _bytes(built)


def _unlike_the_oracle(built: Tables, told: oracle.World) -> list[str]:
    unlike = [
        difference
        for strategy in oracle.STRATEGIES
        for difference in differences(_by_key(built[strategy]), oracle.candidates(told, strategy), strategy)
    ]
    unified = {key: _parsed(row) for key, row in _by_key(built["unified"]).items()}
    return unlike + differences(unified, _as_json(oracle.track_candidates(told)), "unified")


def differences(found: Any, expected: Any, where: str = "") -> list[str]:
    """Where the two are not the same; fractions may differ by a billionth, a score by rank by nothing."""
    if isinstance(found, dict) and isinstance(expected, dict):
        keys = sorted({*found, *expected}, key=str)
        return [one for key in keys for one in differences(found.get(key), expected.get(key), f"{where} {key}")]
    if isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        pairs = enumerate(zip(found, expected, strict=True))
        return [one for place, pair in pairs for one in differences(*pair, f"{where} {place}")]
    exact = not isinstance(found, float) or where.endswith("score_normalized")
    same = found == expected if exact else found == pytest.approx(expected, abs=1e-9, rel=0)
    return [] if same else [f"{where}: {found}, not {expected}"]


def _by_key(rows: list[Row]) -> dict[tuple[str, str], dict[str, Any]]:
    """What the oracle tells of each row."""
    told = ("score", "score_normalized", "reason", "reasons")
    as_dicts = {(row.username, row.track_id): row.asDict(recursive=True) for row in rows}
    assert len(as_dicts) == len(rows), "a key stands twice"
    return {key: {name: row[name] for name in told if name in row} for key, row in as_dicts.items()}


def _parsed(row: dict[str, Any]) -> dict[str, Any]:
    reasons = {reason["strategy"]: json.loads(reason["facts"]) for reason in row["reasons"]}
    return {"score_normalized": row["score"], "reasons": reasons}


def _as_json(unified: oracle.Ranked) -> dict[tuple[str, str], dict[str, Any]]:
    """As the reasons' JSON has it: instants as text, and nothing for null."""
    return {
        key: {
            "score_normalized": row["score"],
            "reasons": {
                strategy: {name: _as_text(value) for name, value in facts.items() if value is not None}
                for strategy, facts in row["reasons"].items()
            },
        }
        for key, row in unified.items()
    }


def _as_text(value: Any) -> Any:
    return f"{value:%Y-%m-%dT%H:%M:%S}.000Z" if hasattr(value, "isoformat") else value


def _bytes(tables: Tables) -> dict[str, list[str]]:
    """The rows to the last digit, without the time at which they were made."""
    return {
        table: [repr([value for name, value in row.asDict().items() if not name.endswith("_at")]) for row in rows]
        for table, rows in tables.items()
    }
