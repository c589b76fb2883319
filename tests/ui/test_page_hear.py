"""From a card to the track's video: looked up for the household alone, and a search where it cannot be."""

from pathlib import Path

import httpx

from tests.ui.stores import History, publish, track
from ui.app import start
from ui.settings import AppSettings

TEARDROP = History("ada", [track("Teardrop")])
HEAR = "/hear?track=teardrop%7Cmassive+attack"


def test_with_a_key_a_card_asks_when_it_is_heard_and_not_for_another_site(home: Path) -> None:
    publish(home / "served", "1", [TEARDROP])
    running = start(home, 0, settings=AppSettings(youtube_api_key="no-key"))
    running.wait_until_ready()

    assert HEAR in httpx.get(running.url).text
    answer = httpx.get(running.url + HEAR, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.headers["location"] == "https://www.youtube.com/results?search_query=Massive+Attack+Teardrop"
    running.stop()
