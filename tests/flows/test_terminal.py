"""What is printed: a name from outside cannot steer the terminal, whoever prints it."""

import pytest

from flows.sources.errors import SourceError
from flows.terminal import end_with, progress, say

TITLE = "\x1b]0;owned\x07\x9b2J"


def test_a_line_of_result_holds_nothing_that_steers_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say(f"skipped {TITLE}.csv\nand on [b]")

    assert capsys.readouterr().out == "skipped  ]0;owned  2J.csv\nand on [b]\n"


def test_nor_does_the_line_that_a_command_ends_with(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        end_with(SourceError(f"no listener {TITLE}"))

    assert capsys.readouterr().err == "segue: no listener ]0;owned 2J\n"


def test_a_name_is_no_markup_beside_a_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as bars:
        bars.add_task("fetch [/nobody]", total=None)
        bars.refresh()

    assert "fetch [/nobody]" in capsys.readouterr().err
