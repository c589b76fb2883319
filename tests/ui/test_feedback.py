"""Feedback: the last word holds, fades as it says, and can be taken back."""

from datetime import UTC, datetime, timedelta

import pytest

from ui.database.engine import Database
from ui.feedback import Feedback, Subject, SubjectKind, UnknownFeedback, Verdict

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
TEARDROP = Subject(SubjectKind.TRACK, "teardrop|massive attack", "Massive Attack", "Teardrop")
PORTISHEAD = Subject(SubjectKind.ARTIST, "portishead", "Portishead")


@pytest.fixture
def feedback(database: Database) -> Feedback:
    return Feedback(database)


def verdicts(feedback: Feedback, username: str = "ada", now: datetime = NOON) -> list[str]:
    return [given.verdict.value for given in feedback.of(username, now)]


def test_the_last_word_on_a_subject_holds(feedback: Feedback) -> None:
    feedback.give("Ada", TEARDROP, Verdict.LIKE, NOON)
    feedback.give("ada", TEARDROP, Verdict.NEVER, NOON)
    feedback.give("ada", PORTISHEAD, Verdict.LIKE, NOON)

    assert sorted(verdicts(feedback)) == ["like", "never"]


def test_saying_it_twice_is_saying_it_once(feedback: Feedback) -> None:
    first = feedback.give("ada", TEARDROP, Verdict.LIKE, NOON)

    assert feedback.give("ada", TEARDROP, Verdict.LIKE, NOON + timedelta(days=1)) == first


def test_taking_a_word_back_restores_the_one_before(feedback: Feedback) -> None:
    feedback.give("ada", TEARDROP, Verdict.LIKE, NOON)
    never = feedback.give("ada", TEARDROP, Verdict.NEVER, NOON)

    feedback.undo("ada", never.event_id, NOON)

    assert verdicts(feedback) == ["like"]


def test_nobody_takes_back_what_another_said(feedback: Feedback) -> None:
    given = feedback.give("ada", TEARDROP, Verdict.NEVER, NOON)

    with pytest.raises(UnknownFeedback):
        feedback.undo("miles", given.event_id, NOON)
    assert verdicts(feedback) == ["never"] and verdicts(feedback, "miles") == []


def test_not_now_ends_after_thirty_days_and_never_does_not(feedback: Feedback) -> None:
    feedback.give("ada", TEARDROP, Verdict.NOT_NOW, NOON)
    feedback.give("ada", PORTISHEAD, Verdict.NEVER, NOON)

    assert verdicts(feedback, now=NOON + timedelta(days=29)) != ["never"]
    assert verdicts(feedback, now=NOON + timedelta(days=30)) == ["never"]


def test_half_of_a_skip_is_left_after_thirty_days(feedback: Feedback) -> None:
    given = feedback.give("ada", TEARDROP, Verdict.SKIP, NOON)

    assert given.skipped(NOON) == 1.0
    assert given.skipped(NOON + timedelta(days=30)) == pytest.approx(0.5)
    assert verdicts(feedback, now=NOON + timedelta(days=201)) == []


def test_everything_can_be_taken_back_at_once(feedback: Feedback) -> None:
    feedback.give("ada", TEARDROP, Verdict.LIKE, NOON)
    feedback.give("ada", TEARDROP, Verdict.NEVER, NOON)

    assert feedback.undo_all("ada", NOON) == 2
    assert verdicts(feedback) == []
