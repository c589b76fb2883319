"""From a card to the track's video: looked up for the household alone, and a search where it cannot be."""

from pathlib import Path

import httpx

from tests.ui.conftest import RunApp
from tests.ui.stores import History, publish, track
from ui.app import start
from ui.settings import AppSettings

TEARDROP = History("ada", [track("Teardrop")])
HEAR = "/hear?track=teardrop%7Cmassive+attack"


def test_without_a_key_a_card_leads_to_a_search(served: Path, run_app: RunApp) -> None:
    publish(served, "2", [TEARDROP])

    page = httpx.get(run_app().url).text

    assert "search_query=Massive+Attack+Teardrop" in page
    assert "/hear" not in page


def test_with_a_key_a_card_asks_when_it_is_heard_and_not_for_another_site(home: Path) -> None:
    publish(home / "served", "1", [TEARDROP])
    running = start(home, 0, settings=AppSettings(youtube_api_key="no-key"))
    running.wait_until_ready()

    assert HEAR in httpx.get(running.url).text
    answer = httpx.get(running.url + HEAR, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.headers["location"] == "https://www.youtube.com/results?search_query=Massive+Attack+Teardrop"
    running.stop()
