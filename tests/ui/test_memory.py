"""The overlay: what was said and shown bends the next list, fades, and costs nothing where nothing was said."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from ui.database.engine import Database
from ui.feedback import Subject, SubjectKind, Verdict
from ui.memory import ListenerMemory, overlay_of
from ui.overlay import NOTHING_TOLD
from ui.shown import Showing

NOW = datetime.now(UTC)
TODAY = NOW.date()
TEARDROP = Subject(SubjectKind.TRACK, "teardrop|massive attack", "Massive Attack", "Teardrop")
PORTISHEAD = Subject(SubjectKind.ARTIST, "portishead", "Portishead")


@pytest.fixture
def memory(database: Database) -> Iterator[ListenerMemory]:
    remembering = ListenerMemory(database)
    yield remembering
    remembering.close()


@pytest.mark.parametrize("verdict", [Verdict.NEVER, Verdict.NOT_NOW])
def test_what_is_not_wanted_is_hidden_at_once_and_back_when_undone(memory: ListenerMemory, verdict: Verdict) -> None:
    assert memory.overlay("ada") is NOTHING_TOLD

    said = [memory.feedback.give("ada", subject, verdict) for subject in (TEARDROP, PORTISHEAD)]
    assert memory.overlay("ada").hidden_tracks == {TEARDROP.id}
    assert memory.overlay("ada").hidden_artists == {PORTISHEAD.id}

    for given in said:
        memory.feedback.undo("ada", given.event_id)
    assert memory.overlay("ada") is NOTHING_TOLD


def test_an_overlay_is_the_same_object_until_something_changes(memory: ListenerMemory) -> None:
    memory.feedback.give("ada", TEARDROP, Verdict.LIKE)

    assert memory.overlay("ada") is memory.overlay("ada")


def test_a_skip_sends_a_track_to_the_end_and_lets_it_come_back(memory: ListenerMemory) -> None:
    memory.feedback.give("ada", TEARDROP, Verdict.SKIP, NOW)
    said = memory.feedback.of("ada", NOW)

    assert overlay_of(said, [], NOW).cooled_tracks == {TEARDROP.id: 0.0}
    assert overlay_of(said, [], NOW + timedelta(days=30)).cooled_tracks == {TEARDROP.id: 0.5}


def test_what_was_shown_cools_from_the_next_day_on(memory: ListenerMemory) -> None:
    memory.remember("ada", [TEARDROP.id])
    memory.shown.write()

    assert memory.overlay("ada").shown_tracks == {TEARDROP.id}
    assert memory.overlay("ada").cooled_tracks == {}
    tomorrow = NOW + timedelta(days=1)
    assert overlay_of([], memory.shown.of("ada", TODAY), tomorrow).cooled_tracks[TEARDROP.id] == pytest.approx(0.909)


def test_a_track_shown_often_on_one_day_counts_once(memory: ListenerMemory) -> None:
    for _ in range(3):
        memory.shown.note("ada", [TEARDROP.id], TODAY)
        memory.shown.write(TODAY)

    assert memory.shown.of("ada", TODAY) == [Showing(TEARDROP.id, 1.0, TODAY)]


def test_a_track_shown_daily_cools_more_and_a_week_undoes_half() -> None:
    shown = Showing("x", 4.0, date(2026, 6, 1))

    assert shown.factor(date(2026, 6, 1)) == pytest.approx(0.9**3, abs=1e-3)
    assert shown.factor(date(2026, 6, 8)) == pytest.approx(0.9**2, abs=1e-3)
    assert shown.again(date(2026, 6, 8)) == 3.0
