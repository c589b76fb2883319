"""Videos: asked for once, within the quota, and never in the way of a search link."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.ui.fake_youtube import FOUND, youtube
from ui.database.engine import Database
from ui.youtube import SEARCH_UNITS, Videos

KEY = "a secret key"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def teardrop(videos: Videos, number: int = 0) -> str | None:
    return videos.video(f"teardrop{number}|massive attack", "Massive Attack", "Teardrop")


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def test_a_track_is_asked_about_once_and_the_key_stays_out_of_the_address(database: Database) -> None:
    with youtube(200, FOUND) as (api, asked):
        videos = Videos(database, KEY, api=api)
        assert [teardrop(videos), teardrop(videos)] == ["u7K72X4eo_s"] * 2

    ((address, key),) = asked
    assert parse_qs(urlsplit(address).query)["q"] == ["Massive Attack Teardrop"]
    assert key == KEY and "secret" not in address


def test_that_there_is_none_is_remembered_for_thirty_days(database: Database) -> None:
    with youtube(200, {"items": []}) as (api, asked):
        for days in (0, 29, 31):
            assert teardrop(Videos(database, KEY, api=api, now=at(NOW + timedelta(days=days)))) is None

    assert len(asked) == 2


def test_a_days_quota_is_kept_to_and_the_next_day_has_its_own(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Not a multiple of a search: what is left over is no search.
    monkeypatch.setattr("ui.youtube.DAILY_UNITS", 3 * SEARCH_UNITS + 99)
    with youtube(200, FOUND) as (api, asked):
        videos = Videos(database, KEY, api=api, now=at(NOW))
        found = [teardrop(videos, number) for number in range(5)]
        assert None not in found[:3] and found[3:] == [None, None] and len(asked) == 3

        assert teardrop(Videos(database, KEY, api=api, now=at(NOW + timedelta(days=1))), 999) is not None


def test_a_key_that_is_refused_is_not_tried_again_that_day(database: Database) -> None:
    with youtube(403, {"error": {"errors": [{"reason": "quotaExceeded"}]}}) as (api, asked):
        videos = Videos(database, KEY, api=api)
        assert [teardrop(videos, 1), teardrop(videos, 2)] == [None, None]

    assert len(asked) == 1


@pytest.mark.parametrize(("status", "said"), [(500, {}), (200, []), (200, {"items": [{}]}), (200, {"items": 3})])
def test_an_answer_that_is_none_leaves_the_search_link(
    database: Database, caplog: pytest.LogCaptureFixture, status: int, said: object
) -> None:
    with youtube(status, said) as (api, _):
        videos = Videos(database, KEY, api=api)
        assert teardrop(videos) is None

    assert "search links" in caplog.text and "secret" not in caplog.text + repr(videos)


def test_without_a_key_nobody_is_asked(database: Database) -> None:
    with youtube(200, FOUND) as (api, asked):
        assert teardrop(Videos(database, None, api=api)) is None

    assert asked == []
