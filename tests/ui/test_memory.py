"""The overlay: what was said and shown bends the next list, fades, and costs nothing where nothing was said."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.ui.conftest import ADA, MILES
from tests.ui.stores import publish
from ui.database.engine import Database
from ui.feedback import Subject, SubjectKind, Verdict
from ui.lists import Wanted
from ui.memory import ListenerMemory, overlay_of
from ui.overlay import NOTHING_TOLD
from ui.shown import Showing
from ui.store import Store

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


def test_what_was_said_of_an_alias_bends_the_lists_of_the_artist_whom_it_stands_for(
    database: Database, home: Path
) -> None:
    publish(home / "served", "1", [ADA, MILES], aliases={"3d": "massive attack", "miles|trio": "miles davis"})
    store = Store(home / "served")
    memory = ListenerMemory(database, store.aliases)
    memory.feedback.give("ada", Subject(SubjectKind.ARTIST, "3d", "3D"), Verdict.NEVER)
    liked = memory.feedback.give("miles", Subject(SubjectKind.TRACK, "so what|miles|trio", "Miles|Trio"), Verdict.LIKE)

    picked = store.picked("ada", Wanted(), memory.overlay("ada"))
    assert picked.total == 1 and "Roads" in picked.rows[0]
    assert liked.id_now == "so what|miles davis" in memory.overlay("miles").liked_tracks


def test_of_an_alias_and_its_artist_the_last_word_counts_and_taken_back_the_one_before(database: Database) -> None:
    aliases: dict[str, str] = {}
    memory = ListenerMemory(database, lambda: aliases)
    memory.feedback.give("ada", Subject(SubjectKind.ARTIST, "portishead uk", "Portishead UK"), Verdict.NEVER)
    like = memory.feedback.give("ada", PORTISHEAD, Verdict.LIKE)
    aliases["portishead uk"] = "portishead"

    assert [given.verdict for given in memory.feedback.of("ada")] == [Verdict.LIKE]
    memory.feedback.undo("ada", like.event_id)
    assert memory.overlay("ada").hidden_artists == {"portishead", "portishead uk"}


def test_a_track_shown_under_an_alias_cools_its_artists_track(database: Database) -> None:
    memory = ListenerMemory(database, lambda: {"massive": "massive attack"})
    memory.remember("ada", ["teardrop|massive", "roads|portishead"])
    memory.shown.write()

    assert memory.overlay("ada").shown_tracks == {TEARDROP.id, "roads|portishead"}
