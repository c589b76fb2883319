"""A served store to look at, the app on it, and one Chromium for all browser tests."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect, sync_playwright

from tests.patience import PATIENCE
from tests.ui.postgres import emptied, postgres
from tests.ui.stores import History, artist, heard, publish, track
from ui.app import Running, start
from ui.database.engine import Database, open_database

CHROMIUM_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
WAIT = PATIENCE * 1000
STILL = 0.5

RunApp = Callable[[], Running]

TEARDROP = track("Teardrop", "Massive Attack", heard(12, last="2024-03-02T10:00:00Z"), album="Mezzanine")
ROADS = track("Roads", "Portishead", heard(7, last="2023-11-20T10:00:00Z"), album="Dummy", score=0.9)
ADA = History("ada", [TEARDROP, ROADS], [artist("Massive Attack", 310, 40.0), artist("Portishead", 120, 12.5)])
MILES = History("miles", [track("So What", "Miles Davis", heard(31))], [artist("Miles Davis")], play_count=400)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home where nothing is published yet."""
    return tmp_path / "home"


@pytest.fixture
def served(home: Path) -> Path:
    """The folder of the served store, with a first version of two listeners."""
    publish(home / "served", "1", [ADA, MILES])
    return home / "served"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL database, where PostgreSQL is installed."""
    with postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """The app's database, new, once of each kind."""
    url = emptied(request.getfixturevalue("postgres_url")) if request.param == "postgresql" else None
    opened = open_database(tmp_path, url)
    yield opened
    opened.close()


@pytest.fixture
def run_app(home: Path) -> Iterator[RunApp]:
    """Starts the app over `home` when called."""
    with ExitStack() as ends:

        def run() -> Running:
            running = start(home, 0)
            ends.callback(running.stop)
            running.wait_until_ready()
            return running

        yield run


@dataclass
class Visit:
    """A browser page with everything that went wrong on it."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def open(self, url: str, wait_for: str = "#sg-next .sg-card") -> Page:
        """Go there and wait for the first thing to see."""
        self.page.goto(url)
        self.page.wait_for_selector(wait_for)
        return self.page

    def heed(self) -> None:
        """Take note of script errors and of requests that leave this machine."""
        self.page.on("console", self._heed_console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"a script ran: {dialog.message}"))
        self.page.on("request", self._heed_request)

    def _heed_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _heed_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.hostname != "127.0.0.1":
            self.complaints.append(f"a request left this machine: {request.url}")


def settled(element: Locator) -> float:
    """Where the element's top is, once it has not moved for half a second."""
    since, before = time.monotonic(), element.bounding_box()
    while time.monotonic() - since < STILL:
        element.page.wait_for_timeout(50)
        if (now := element.bounding_box()) != before:
            since, before = time.monotonic(), now
    assert before, "the element is not to be seen"
    return before["y"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; without one the browser tests are skipped, except in CI."""
    chromium = shutil.which("chromium")
    if chromium is None:
        message = "no chromium on this machine (apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    expect.set_options(timeout=WAIT)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM_FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser, run_app: RunApp, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A fresh page of the size and scheme that the test asks for, gone before the app is; it must not complain."""
    options = {"viewport": {"width": 1280, "height": 900}, **getattr(request, "param", {})}
    context = browser.new_context(**options)
    context.set_default_timeout(WAIT)
    visit = Visit(context.new_page())
    visit.heed()
    yield visit
    context.close()
    assert visit.complaints == []
