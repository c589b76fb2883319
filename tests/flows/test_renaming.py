"""A listener's other name: bronze, the app's database, and whose account is whose."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.accounts import Account, account_of
from flows.landing import Page, folder_of, land
from flows.renamed import name_now, note, read_names, release
from flows.rewriting import folders_of, has_own_account, place, rewrite
from ui.database.engine import open_database
from ui.feedback import Feedback, Subject, SubjectKind, Verdict
from ui.joined import JoinedListeners
from ui.playlists import Playlists
from ui.renamed import is_known, rename
from ui.tokens import Tokens

THEN = datetime(2024, 6, 1, tzinfo=UTC)


def landed(bronze: Path, listener: str, window: str = "history-before-9") -> Path:
    page = Page("lastfm", "user.getRecentTracks", listener, {"page": "1"}, "body")
    return land(page, folder_of(bronze, page.source, page.method, listener) / window, "page-1", fetched_at=THEN)


def test_rewritten_pages_are_as_if_they_had_been_landed_under_the_other_name(tmp_path: Path) -> None:
    page = landed(tmp_path / "one", "rj")
    (page.parent / "window.json").write_text(f'{{"stale": ["{page.name}"]}}')

    ((before, after),) = rewrite(page.parents[1], tmp_path / "written", "rj", "rob")
    place(tmp_path / "written" / "rj", tmp_path / "two")
    as_rob = landed(tmp_path / "three", "rob")
    found = tmp_path / "two" / "rj-history-before-9" / as_rob.name
    assert before in page.name and after in as_rob.name and found.read_bytes() == as_rob.read_bytes()
    assert (found.parent / "window.json").read_text() == f'{{"stale": ["{as_rob.name}"]}}'


def test_an_account_that_gets_its_listeners_name_is_their_own_again(tmp_path: Path) -> None:
    page = landed(tmp_path, "rob", window="rj-history-before-9")
    assert not has_own_account(tmp_path, "lastfm", "rob") and folders_of(tmp_path, "rob") == [page.parents[1]]

    list(rewrite(page.parents[1], tmp_path / "written", "rob", "rj"))
    place(tmp_path / "written" / "rob", folder_of(tmp_path, "lastfm", "user.getrecenttracks", "rj"))
    assert has_own_account(tmp_path, "lastfm", "rj")


def test_what_is_placed_where_something_lies_joins_it(tmp_path: Path) -> None:
    for name in ("a/w/1", "a/v/2", "b/w/3"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)

    place(tmp_path / "a", tmp_path / "b")
    assert {str(one.relative_to(tmp_path)) for one in tmp_path.rglob("*") if one.is_file()} == {
        "b/w/1",
        "b/v/2",
        "b/w/3",
    }


def test_answers_about_music_of_a_day_are_no_listeners(tmp_path: Path) -> None:
    (tmp_path / "lastfm" / "artist.getsimilar" / "2024-01-01").mkdir(parents=True)
    (tmp_path / ".renaming" / "aside" / "lastfm").mkdir(parents=True)

    assert folders_of(tmp_path, "2024-01-01") == folders_of(tmp_path, "lastfm") == []


@pytest.mark.parametrize(
    ("written", "account"),
    [
        ("rj", Account("lastfm", "rj", "robert")),
        ("robert", Account("lastfm", "rj", "robert")),
        ("listenbrainz:rj", Account("listenbrainz", "rj", "robert")),
        ("listenbrainz:robert", Account("listenbrainz", "robert", "robert")),
        ("robert=robert", Account("lastfm", "robert", "robert")),
        ("rob", Account("lastfm", "rob", "robert")),
        ("ann", Account("lastfm", "ann", "ann")),
    ],
)
def test_an_account_keeps_its_name_and_is_the_renamed_listeners(tmp_path: Path, written: str, account: Account) -> None:
    note(tmp_path, "rj", "rob", ["lastfm"])
    note(tmp_path, "rob", "robert", [])

    assert account_of(written, read_names(tmp_path)) == account


def test_a_listener_who_is_renamed_back_has_no_former_name_but_the_other(tmp_path: Path) -> None:
    note(tmp_path, "rj", "rob", ["lastfm"])
    note(tmp_path, "rob", "rj", [])

    assert (name_now(tmp_path, "rj"), name_now(tmp_path, "rob")) == ("rj", "rj")
    assert release(tmp_path, "rob") and not release(tmp_path, "rob") and name_now(tmp_path, "rob") == "rob"


def test_what_the_app_keeps_is_under_the_other_name_once(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    Feedback(database).give("rj", Subject(SubjectKind.ARTIST, "blur", "Blur"), Verdict.NEVER)
    Playlists(database).create("rj", "Evening")
    token = Tokens(database).make("rj")
    JoinedListeners(database).join("rj")

    assert [rename(database, "rj", "rob", {}) for _ in range(2)] == [4, 0]
    assert JoinedListeners(database).names() == ("rob",)
    assert Tokens(database).owner(token) == "rob" and len(Playlists(database).of("rob")) == 1
    assert is_known(database, "rob") and not is_known(database, "rj")
