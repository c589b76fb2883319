"""What the flows take from the app: who was added, and what was said; and nothing is made where nothing is."""

from pathlib import Path

from flows.feedback import land_feedback
from flows.listening_source import listeners_of
from flows.settings import Settings, read_settings
from ui.added import AddedListeners
from ui.database.engine import open_database
from ui.feedback import Feedback, Subject, SubjectKind, Verdict


def settings_of(home: Path, **environment: str) -> Settings:
    return read_settings({"SEGUE_HOME": str(home), "LASTFM_API_KEY": "k", **environment})


def test_listeners_added_in_the_app_are_fetched_with_those_of_the_settings(tmp_path: Path) -> None:
    AddedListeners(open_database(tmp_path)).add("Miles")

    assert listeners_of(settings_of(tmp_path, SEGUE_LISTENERS="ada,miles")) == ("ada", "miles")
    assert listeners_of(settings_of(tmp_path)) == ("miles",)
    assert listeners_of(settings_of(tmp_path), ["rj"]) == ("rj",)


def test_what_was_said_is_landed_once_a_page_a_listener(tmp_path: Path) -> None:
    feedback = Feedback(open_database(tmp_path))
    for name in ("ada", "miles/../x"):
        said = feedback.give(name, Subject(SubjectKind.ARTIST, "portishead", "Portishead"), Verdict.NEVER)
        feedback.undo(name, said.event_id)

    assert [land_feedback(settings_of(tmp_path)) for _ in range(2)] == [4, 0]
    assert len(list((tmp_path / "bronze" / "segue" / "feedback").glob("*/*/*.json.gz"))) == 2


def test_where_the_app_was_never_used_nothing_is_landed_and_nothing_made(tmp_path: Path) -> None:
    assert land_feedback(settings_of(tmp_path)) == 0
    assert list(tmp_path.iterdir()) == []


def test_the_database_is_in_no_repr(tmp_path: Path) -> None:
    assert "secret" not in repr(settings_of(tmp_path, SEGUE_DATABASE_URL="postgresql://u:secret@h/d"))
