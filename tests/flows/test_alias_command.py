"""`segue alias --undo`, killed and run again."""

from pathlib import Path

import pytest

from flows import aliases, engine
from flows.settings import read_settings
from jobs.failures import JobFailed
from jobs.report import Report

Undone = list[str]


@pytest.fixture
def undone(monkeypatch: pytest.MonkeyPatch) -> Undone:
    """What the lake was asked to take back; it knows one alias, "3D", and that once."""
    asked: Undone = []

    def undo(_: object, name: str) -> Report:
        asked.append(name)
        if asked != ["3D"]:
            raise JobFailed(f"{name!r} is not an alias")
        return Report()

    monkeypatch.setattr(engine, "undo_alias", undo)
    return asked


def test_an_undoing_that_was_killed_before_it_built_is_finished_by_running_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undone: Undone
) -> None:
    settings = read_settings({"SEGUE_HOME": str(tmp_path)})
    monkeypatch.setattr(aliases, "build_now", lambda *_: killed())
    with pytest.raises(KeyboardInterrupt):
        aliases.undo(settings, "3D")
    monkeypatch.setattr(aliases, "build_now", lambda *_: Report())

    aliases.undo(settings, "3D")
    assert undone == ["3D", "3D"]
    for _ in range(2):
        with pytest.raises(JobFailed):
            aliases.undo(settings, "3D")


def killed() -> Report:
    raise KeyboardInterrupt
