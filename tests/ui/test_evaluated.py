"""How good recommendations are, as the page and the command tell it."""

import json
import sqlite3

from ui.evaluated import as_lines, as_markdown, read_evaluation

COLUMNS = ("target", "ranking", "metric", "k", "against", "value", "low", "high", "listeners")


def published(*figures: tuple[object, ...]) -> sqlite3.Connection:
    """A served file that holds these figures."""
    store = sqlite3.connect(":memory:")
    store.execute("CREATE TABLE meta (key TEXT, value TEXT)")
    told = {"evaluated_at": "2026-06-01T12:00:00Z", "days": 60, "cuts": ["2024-03-01"], "columns": COLUMNS}
    store.execute("INSERT INTO meta VALUES ('evaluation', ?)", (json.dumps({**told, "figures": figures}),))
    return store


def recall(ranking: str, value: float) -> tuple[object, ...]:
    return ("new_tracks", ranking, "recall", 50, "", value, value / 2, value * 2, 8)


MISSING = ("new_tracks", "catalogue", "missing", 0, "", 0.25, 0.2, 0.3, 8)
LEAD = ("new_tracks", "unified", "recall_lead", 50, "popularity", 0.04, -0.01, 0.08, 8)


def test_the_best_ranking_stands_first_with_its_interval() -> None:
    found = read_evaluation(published(MISSING, recall("popularity", 0.02), recall("unified", 0.06), LEAD))
    assert found
    lines = list(as_lines(found))
    first, second = (
        next(place for place, line in enumerate(lines) if line.startswith(name)) for name in ("uni", "pop")
    )

    assert first < second and "0.0300-0.1200" in lines[first]
    assert any("8 listeners, 25% not in any catalogue before" in line for line in lines)


def test_a_lead_that_may_be_chance_says_so() -> None:
    found = read_evaluation(published(MISSING, recall("popularity", 0.02), recall("unified", 0.06), LEAD))

    assert found and "+0.0400 over popularity (-0.0100 to +0.0800, which may be chance)" in as_markdown(found)


def test_where_nothing_was_measured_there_is_nothing() -> None:
    store = sqlite3.connect(":memory:")
    store.execute("CREATE TABLE meta (key TEXT, value TEXT)")

    assert read_evaluation(store) is None
