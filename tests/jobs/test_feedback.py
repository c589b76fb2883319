"""Feedback in the lake: each event counts once, and gold leaves out what a listener does not want."""

from datetime import timedelta

import pytest

from flows.feedback import land_feedback
from flows.settings import read_settings
from jobs.gold import track_candidates
from jobs.lake import Lake
from jobs.report import Report
from jobs.silver import feedback, ingest_log, quarantine
from jobs.unwanted import NOT_NOW_DAYS
from tests.jobs.listening import AS_OF, built, land_feedback_page, verdict
from ui.database.engine import open_database
from ui.feedback import NOT_NOW_HOLDS, Feedback, Subject, SubjectKind, Verdict

ANGEL = Subject(SubjectKind.TRACK, "angel|massive attack", "Massive Attack", "Angel")
MASSIVE_ATTACK = Subject(SubjectKind.ARTIST, "massive attack", "Massive Attack")
STEPS = ("feedback", track_candidates.TABLE.name)


class Told:
    """What listeners say in the app of a lake's home, and what is built of it."""

    def __init__(self, lake: Lake) -> None:
        self.lake, self.home = lake, lake.root.parent
        self.settings = read_settings({"SEGUE_HOME": str(self.home)})
        self.feedback = Feedback(open_database(self.home))

    def built(self, days: int = 0) -> Report:
        """Landed and built, so many days later."""
        land_feedback(self.settings)
        return built(self.lake, as_of=AS_OF + timedelta(days=days), tables=STEPS)

    def candidates(self, username: str) -> set[str]:
        rows = self.lake.read(track_candidates.TABLE).where(f"username = '{username}'").collect()
        return {row.track_id for row in rows}


@pytest.fixture
def told(own_lake: Lake) -> Told:
    return Told(own_lake)


def test_what_is_never_wanted_is_left_out_for_that_listener_alone(told: Told) -> None:
    before, of_bob = told.candidates("ann"), told.candidates("bob")
    told.feedback.give("ann", ANGEL, Verdict.NEVER, AS_OF)

    assert [written.listeners for written in told.built().written if written.table == "gold.track_candidates"] == [1]
    assert told.candidates("ann") == before - {ANGEL.id}
    assert told.candidates("bob") == of_bob


@pytest.mark.slow
def test_what_is_undone_is_wanted_again(told: Told) -> None:
    before = told.candidates("ann")
    said = told.feedback.give("ann", ANGEL, Verdict.NEVER, AS_OF)
    told.built()
    told.feedback.undo("ann", said.event_id, AS_OF)
    told.built()

    assert told.candidates("ann") == before


@pytest.mark.slow
def test_not_now_hides_an_artist_for_thirty_days(told: Told) -> None:
    before = told.candidates("ann")
    told.feedback.give("ann", MASSIVE_ATTACK, Verdict.NOT_NOW, AS_OF)
    told.built()
    assert not any("massive attack" in track for track in told.candidates("ann"))

    told.built(days=NOT_NOW_DAYS)
    assert told.candidates("ann") == before
    assert timedelta(days=NOT_NOW_DAYS) == NOT_NOW_HOLDS


@pytest.mark.slow
def test_feedback_is_landed_once_and_building_again_changes_nothing(told: Told) -> None:
    told.feedback.give("ann", ANGEL, Verdict.NEVER, AS_OF)
    told.feedback.give("bob", ANGEL, Verdict.LIKE, AS_OF)

    assert land_feedback(told.settings) == 2 and land_feedback(told.settings) == 0
    told.built()
    assert told.built().written == ()
    assert told.lake.read(feedback.TABLE).where("username <> 'carl'").count() == 2


def test_an_event_that_lies_in_two_pages_is_one_event_and_each_page_is_accounted_for(told: Told) -> None:
    said = verdict(ANGEL.id, "never")
    land_feedback_page(told.home, said)
    land_feedback_page(told.home, said, verdict(ANGEL.id, "hate"), verdict(ANGEL.id, "never", given_at="soon"))
    built(told.lake, tables=STEPS[:1])

    assert told.lake.read(feedback.TABLE).where("username = 'ann'").count() == 1
    reasons = {row.reason for row in told.lake.read(quarantine.TABLE).where("source = 'segue'").collect()}
    assert reasons == {"no such verdict", "wrong type: the time cannot be read"}
    pages = told.lake.read(ingest_log.TABLE).where("source = 'segue' AND username = 'ann'").collect()
    assert sorted(row.read for row in pages) == [1, 3]
    assert all(row.read == row.new + row.duplicate + row.quarantined for row in pages)
