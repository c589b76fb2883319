"""`segue alike`: what it says before anybody joined, after, and once somebody has left."""

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.app_database import joined_listeners
from flows.cli import main
from flows.settings import read_settings
from tests.ui.stores import History, near_each_other, publish

Alike = Callable[..., str]


@pytest.fixture
def alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Alike:
    """Runs the command where ada and miles are near each other; gives what it printed, errors behind."""
    monkeypatch.setenv("SEGUE_HOME", str(tmp_path))
    publish(tmp_path / "served", "1", [History("ada"), History("miles")], neighbors=near_each_other("ada", "miles"))

    def run(*words: str) -> str:
        monkeypatch.setattr("sys.argv", ["segue", "alike", *words])
        with pytest.raises(SystemExit):
            main()
        return "".join(capsys.readouterr())

    return run


def test_who_joined_sees_who_joined_and_why(alike: Alike) -> None:
    assert "ada has not joined and is not shown to anyone" in alike("ada")
    assert joined_listeners(read_settings()) == ()

    alike("Ada", "--join")
    assert "no similar listener has joined" in alike("ada")
    alike("miles", "--join")
    assert joined_listeners(read_settings()) == ("ada", "miles")
    assert alike("ada").splitlines()[0] == "miles, 58% alike: both play Massive Attack"


def test_who_left_is_shown_to_nobody_at_once(alike: Alike) -> None:
    for name in ("ada", "miles"):
        alike(name, "--join")

    assert alike("miles", "--leave") == "miles has left and is no longer shown to anyone\n"
    assert "miles," not in alike("ada") and "has not joined" in alike("miles")
    assert alike("nobody", "--join") == "segue: no listener 'nobody'; 'segue status' lists those there are\n"
