"""`segue recommend`: a listener's list in the terminal, from the served store."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.cli import main
from tests.ui.stores import History, heard, near, publish, rare, tagged, track

Recommend = Callable[..., str]

ANGEL = track("Angel", "Massive Attack", tagged("trip-hop", "dub"), rare())


@pytest.fixture
def recommend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Recommend:
    """Runs the command for ada over a list of these tracks; gives what it printed, errors behind."""
    monkeypatch.setenv("SEGUE_HOME", str(tmp_path))

    def run(*words: str, tracks: list[dict[str, object]]) -> str:
        publish(tmp_path / "served", "1", [History("ada", tracks)])
        monkeypatch.setattr("sys.argv", ["segue", "recommend", "ada", *words])
        with pytest.raises(SystemExit):
            main()
        return "".join(capsys.readouterr())

    return run


def test_every_strategy_tells_its_reason_on_a_line_of_its_own(recommend: Recommend) -> None:
    assert recommend(tracks=[ANGEL]).splitlines()[1:] == [
        "  1. Angel by Massive Attack",
        "     Similar tag: Your trip-hop and dub side, no. 4 in trip-hop",
        "     Deep cut: From Mezzanine, 50 times rarer than their best known track; you played them 180 times",
    ]


def test_one_strategy_can_be_asked_for(recommend: Recommend) -> None:
    said = recommend("--strategy", "deep_cut", tracks=[track("Teardrop"), ANGEL])

    assert "Angel" in said and "Teardrop" not in said


def test_an_unknown_strategy_ends_in_one_line_that_lists_the_known_ones(recommend: Recommend) -> None:
    said = recommend("--strategy", "deep", tracks=[ANGEL])

    known = "similar_artist, similar_tag, deep_cut, old_favorite, collaborative or audio_match"
    assert said == f"segue: no strategy 'deep': choose {known}\n"


def test_an_empty_list_says_what_every_strategy_needs(recommend: Recommend) -> None:
    said = recommend(tracks=[])

    assert "need facts about artists, tags and albums: 'segue enrich' looks up what is missing." in said
    assert "Old favorites need 3 plays or more, then a silence of" in said


def test_an_empty_list_of_one_strategy_says_what_that_one_needs(recommend: Recommend) -> None:
    said = recommend("--strategy", "similar_tag", tracks=[ANGEL | {"strategies": ["deep_cut"]}])

    assert said.splitlines()[1:] == [
        "     nothing yet",
        "     Similar tags need facts about tags: 'segue enrich' looks up what is missing.",
    ]


def test_names_in_reasons_are_one_line_of_text_each(recommend: Recommend) -> None:
    hostile = "[red]\u202eevil\x1b[2J\n\u200f"
    said = recommend(tracks=[track(hostile, hostile, near(hostile), tagged(hostile), rare(hostile), heard())])

    assert len(said.splitlines()) == 6
    assert said.count("[red]evil [2J") == 6
    assert not {"\x1b", "\u202e", "\u200f", "\u2068", "\u2069"} & set(said)


def test_json_is_the_stored_rows(recommend: Recommend) -> None:
    assert json.loads(recommend("--json", "--strategy", "deep_cut", tracks=[ANGEL])) == [ANGEL]
