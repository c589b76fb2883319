"""From a card to the track's video: looked up for the household alone, and a search where it cannot be."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.ui.fake_youtube import FOUND, youtube
from tests.ui.stores import History, publish, track
from ui.app import start
from ui.settings import AppSettings

TEARDROP = History("ada", [track("Teardrop")])
HEAR = "/hear?track=teardrop%7Cmassive+attack"
SEARCH = "https://www.youtube.com/results?search_query=Massive+Attack+Teardrop"
KEY = "a-secret-key"
QUOTA = {"error": {"code": 403, "errors": [{"reason": "quotaExceeded"}]}}


@contextmanager
def app_asking(home: Path, api: str) -> Iterator[str]:
    publish(home / "served", "1", [TEARDROP])
    running = start(home, 0, settings=AppSettings(youtube_api_key=KEY, youtube_api_url=api))
    running.wait_until_ready()
    yield running.url
    running.stop()


def test_a_card_leads_to_the_video_which_is_looked_up_once_and_not_for_another_site(home: Path) -> None:
    with youtube(200, FOUND) as (api, asked), app_asking(home, api) as url:
        assert HEAR in httpx.get(url).text
        forged = httpx.get(url + HEAR, headers={"Sec-Fetch-Site": "cross-site"})
        assert forged.headers["location"] == SEARCH and not asked

        heard = [httpx.get(url + HEAR).headers["location"] for _ in range(2)]

    assert heard == ["https://www.youtube.com/watch?v=u7K72X4eo_s"] * 2 and len(asked) == 1


@pytest.mark.parametrize(("status", "said", "times"), [(403, QUOTA, 1), (200, {"items": []}, 1), (503, {}, 2)])
def test_without_quota_result_or_answer_a_card_leads_to_a_search(
    home: Path, caplog: pytest.LogCaptureFixture, status: int, said: object, times: int
) -> None:
    caplog.set_level("DEBUG")
    with youtube(status, said) as (api, asked), app_asking(home, api) as url:
        assert [httpx.get(url + HEAR).headers["location"] for _ in range(2)] == [SEARCH] * 2

    # A day without quota and a track without a video are not asked about again; who is down is.
    assert len(asked) == times and KEY not in caplog.text
