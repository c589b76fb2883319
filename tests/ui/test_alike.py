"""Who listens alike is shown between those who joined, and to nobody else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.ui.callers import bearer
from tests.ui.conftest import ADA, MILES
from tests.ui.stores import near_each_other, publish
from tests.ui.test_page import HOSTILE
from ui.added import AddedListeners
from ui.alike import alike
from ui.app import create_app
from ui.database.engine import Database
from ui.joined import JoinedListeners
from ui.pages.alike import rows
from ui.settings import AppSettings
from ui.store import Store

PATH = "/api/v1/listeners/{}/alike"


@pytest.fixture
def api(tmp_path: Path) -> Iterator[TestClient]:
    publish(tmp_path / "served", "1", [ADA, MILES], neighbors=near_each_other("ada", "miles", community=18))
    with bearer(create_app(tmp_path, AppSettings(api_token="t")), "t") as client:
        yield client


def seen(api: TestClient, username: str) -> tuple[bool, list[str], Any]:
    answer = api.get(PATH.format(username)).json()
    return answer["joined"], [one["username"] for one in answer["listeners"]], answer["community"]


def test_nobody_is_shown_to_anybody_until_both_have_joined(api: TestClient) -> None:
    assert seen(api, "ada") == seen(api, "miles") == (False, [], None)

    joined = api.put(PATH.format("Ada")).json()
    assert joined["joined"] and joined["listeners"] == [] and joined["community"]["people"] == 18
    assert seen(api, "miles") == (False, [], None)

    api.put(PATH.format("miles"))
    assert seen(api, "ada")[:2] == (True, ["miles"]) and seen(api, "miles")[:2] == (True, ["ada"])


def test_leaving_is_heeded_by_the_next_request(api: TestClient) -> None:
    for name in ("ada", "miles"):
        api.put(PATH.format(name))

    assert api.delete(PATH.format("miles")).json()["joined"] is False
    assert seen(api, "ada")[:2] == (True, []) and seen(api, "miles") == (False, [], None)
    assert api.put(PATH.format("nobody")).status_code == 404


def test_joining_and_leaving_say_whether_they_changed_anything(database: Database) -> None:
    joined, added = JoinedListeners(database), AddedListeners(database)
    assert [joined.join("Ada"), joined.join("ada "), joined.join("rj")] == [True, False, True]
    assert joined.names() == ("ada", "rj")
    assert [joined.leave("ada"), joined.leave("ada")] == [True, False]

    added.add("rj")
    assert added.remove("rj") and joined.names() == ()


def test_names_on_the_panel_are_text(tmp_path: Path) -> None:
    near = near_each_other("ada", HOSTILE[1], community=3, artist_name=HOSTILE[0])
    publish(tmp_path, "1", [ADA], neighbors=near)

    shown = rows(alike(Store(tmp_path), {"ada", HOSTILE[1]}, "ada"))
    assert "3 anonymous listeners" in shown and "&lt;img src=x" in shown and "You both play" in shown
    assert HOSTILE[0] not in shown and HOSTILE[1] not in shown
