"""Who was asked about music: a provider that is down is marked stale, in Pipeline with the reason, and in a line."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ui.pages.providers import LAST_ASKED, asked, stale

NOW = datetime(2024, 6, 3, 12, tzinfo=UTC)


def keep(home: Path, content: str) -> Path:
    (home / LAST_ASKED).parent.mkdir(parents=True)
    (home / LAST_ASKED).write_text(content)
    return home


def test_a_provider_that_is_down_is_stale_and_the_others_answered(tmp_path: Path) -> None:
    told = {"lastfm": {"asked_at": NOW.isoformat(), "stopped": "no answer <b>"}}
    told |= {"listenbrainz": {"asked_at": NOW.isoformat(), "stopped": ""}}

    rows = asked(keep(tmp_path, json.dumps(told)), NOW)

    assert rows.index("stale") < rows.index("listenbrainz") < rows.index("answered")
    assert "no answer" in rows and "<b>no" not in rows and "answer <b>" not in rows


@pytest.mark.parametrize("content", ["", "[]", '{"lastfm": {}}', '{"lastfm": 1}'])
def test_a_file_that_is_not_whole_shows_nothing(tmp_path: Path, content: str) -> None:
    home = keep(tmp_path, content)

    assert asked(home, NOW) == stale(home) == ""


@pytest.mark.parametrize(
    ("down", "said"),
    [
        ((), ""),
        (("musicbrainz",), "no answer from MusicBrainz: facts are stale"),
        (("musicbrainz", "listenbrainz"), "no answer from ListenBrainz and MusicBrainz: facts are stale"),
    ],
)
def test_a_line_names_those_whose_facts_are_stale(tmp_path: Path, down: tuple[str, ...], said: str) -> None:
    providers = ("bundled", "listenbrainz", "musicbrainz")
    told = {each: {"asked_at": NOW.isoformat(), "stopped": "down" if each in down else ""} for each in providers}

    assert stale(keep(tmp_path, json.dumps(told))) == said
