"""What a listener says on the page: it counts at once, can be taken back, and keeps what they like."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.ui.conftest import Visit
from tests.ui.stores import History, artist, heard, near, publish, track
from tests.ui.test_page import picture
from ui.app import start

PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}

TRACKS = [
    track("Angel", "Massive Attack", near(), album="Mezzanine", listeners=9_000_000),
    track("Roads", "Portishead", near(), listeners=2_000),
    track("Glory Box", "Portishead", heard(), listeners=500_000),
    track("Overcome", "Tricky", near(), listeners=90),
]
NAMES = ["Angel", "Roads", "Glory Box", "Overcome"]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One app; each test has a listener of its own."""
    home = tmp_path_factory.mktemp("home")
    listeners = [
        History(f"listener{n}", TRACKS, [artist("Portishead")], artist_plays={"Portishead": 9}) for n in range(9)
    ]
    publish(home / "served", "1", listeners)
    running = start(home, 0)
    running.wait_until_ready()
    yield running.url
    running.stop()


def titles(page: Page) -> Locator:
    return page.locator("#sg-next .sg-card h4")


def said(page: Page) -> Locator:
    return page.locator("#sg-told .sg-toast")


@pytest.mark.parametrize("visit", [{}, PHONE], ids=["desktop", "phone"], indirect=True)
def test_never_takes_a_track_away_until_it_is_taken_back(
    visit: Visit, url: str, request: pytest.FixtureRequest
) -> None:
    page = visit.open(f"{url}/?listener=listener{0 if 'desktop' in request.node.name else 1}")

    page.get_by_role("button", name="Never: Angel").click()
    expect(titles(page)).to_have_text(["Roads", "Glory Box", "Overcome"])
    expect(said(page)).to_contain_text("Never again: Angel by Massive Attack")
    picture(page, f"never-{request.node.callspec.id}")
    page.get_by_role("button", name="Undo").first.click()

    expect(titles(page)).to_have_text(NAMES)


def test_whoever_turns_a_track_away_can_mean_its_artist(visit: Visit, url: str) -> None:
    page = visit.open(f"{url}/?listener=listener2")

    page.get_by_role("button", name="Not now: Roads").click()
    page.get_by_role("button", name="Not this artist now").click()

    expect(titles(page)).to_have_text(["Angel", "Overcome"])
    expect(page.locator(".sg-said")).to_contain_text("artist, not now until")


def test_a_like_moves_nothing_and_stays_after_a_reload(visit: Visit, url: str) -> None:
    page = visit.open(f"{url}/?listener=listener3")
    like = page.locator("#sg-next").get_by_role("button", name="Like: Overcome")

    like.click()
    expect(said(page)).to_contain_text("Liked Overcome by Tricky")
    expect(titles(page)).to_have_text(NAMES)
    page.reload()
    page.wait_for_selector("#sg-next .sg-card")

    expect(like).to_have_attribute("aria-pressed", "true")
    like.click()
    expect(said(page)).to_contain_text("Undone: Overcome")


def test_what_was_turned_away_is_not_in_the_first_answer_either(visit: Visit, url: str) -> None:
    page = visit.open(f"{url}/?listener=listener4")
    page.get_by_role("button", name="Never: Angel").click()
    expect(titles(page)).to_have_count(3)

    page.route("**/*.js", lambda route: route.abort())
    page.reload()

    expect(page.locator("#sg-first .sg-card h4")).to_have_text(NAMES[1:])
    visit.complaints.clear()


def test_tuning_acts_at_once_and_by_keyboard(visit: Visit, url: str) -> None:
    page = visit.open(f"{url}/?listener=listener5")

    page.get_by_label("Adventurousness, from well known to rare").focus()
    page.keyboard.press("End")
    expect(titles(page)).to_have_text(["Overcome", "Roads", "Glory Box", "Angel"])
    page.get_by_label("Best match").check()
    expect(titles(page)).to_have_text(NAMES)
    page.get_by_label("Familiar").check()
    expect(titles(page)).to_have_text(["Roads", "Glory Box"])
    page.get_by_label("Never played").check()

    expect(titles(page)).to_have_text(["Roads"])


def test_a_list_becomes_a_playlist_that_is_ordered_renamed_and_let_go(visit: Visit, url: str) -> None:
    page = visit.open(f"{url}/?listener=listener6")
    page.get_by_role("button", name="Save as playlist").click()
    page.get_by_role("link", name="Open playlist").click()
    rows = page.locator("#sg-view .sg-track .sg-name")
    expect(rows).to_have_text(NAMES)

    page.get_by_role("button", name="Move down: Angel").click()
    expect(rows).to_have_text(["Roads", "Angel", "Glory Box", "Overcome"])
    page.get_by_role("button", name="Remove: Glory Box").click()
    expect(rows).to_have_text(["Roads", "Angel", "Overcome"])
    page.get_by_text("Rename or delete").click()
    page.get_by_label("Name", exact=True).fill("<b>Evening</b>")
    page.get_by_role("button", name="Rename").click()
    expect(page.locator("#sg-view h2")).to_have_text("<b>Evening</b>")
    picture(page, "playlist-desktop-light")
    page.get_by_text("Rename or delete").click()
    page.get_by_role("button", name="Delete this playlist").click()

    expect(page.locator("#sg-view")).to_contain_text("No playlists yet")


def test_a_list_is_taken_along_as_a_file(visit: Visit, url: str, tmp_path: Path) -> None:
    page = visit.open(f"{url}/?listener=listener7")
    page.get_by_role("button", name="Export").click()

    with page.expect_download() as download:
        page.get_by_role("link", name="M3U8").click()
    download.value.save_as(tmp_path / "list")

    assert download.value.suggested_filename == "recommended-for-listener7.m3u8"
    assert "Massive Attack - Angel" in (tmp_path / "list").read_text()


def test_the_first_visit_explains_itself_once(visit: Visit, url: str) -> None:
    page = visit.open(f"{url}/?listener=listener8")
    expect(page.locator("#sg-meet")).to_contain_text("This is what you may want to hear next")

    page.get_by_role("button", name="Got it").click()
    page.reload()
    page.wait_for_selector("#sg-next .sg-card")

    expect(page.locator(".sg-intro")).to_be_hidden()
