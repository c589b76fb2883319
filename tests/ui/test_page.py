"""The page in a real browser: what a listener sees and does."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ui.conftest import ADA, MILES, RunApp, Visit, settled
from tests.ui.stores import (
    History,
    artist,
    heard,
    liked,
    near,
    publish,
    publish_corrupt,
    rare,
    sounding,
    tagged,
    track,
)
from ui.app import start
from ui.strategies import STRATEGIES

ARTIFACTS = Path(__file__).parents[2] / "artifacts"

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "**bold** [link](javascript:alert(1))",
    "${alert(1)} {{constructor.constructor('alert(1)')()}} `x`",
    "\u202ereversed \u2067to the end",
    "L" * 300,
    "&amp; &lt;b&gt;",
)


GRACE = History(
    "grace",
    [
        track(
            "Angel", "Massive Attack", rare(), tagged("trip-hop", "bristol sound"), listeners=81_234, tags=("trip-hop",)
        ),
        track("Black Milk", "Massive Attack", near("Portishead")),
        track("Group Four", "Massive Attack", rare()),
        track("Hell Is Round the Corner", "Tricky", near(), liked(), album="Maxinquaye", listeners=1_204_000),
        track("Teardrop", "Massive Attack", heard(12), listeners=640),
        track("Glory Box", "Portishead", heard(7), sounding()),
    ],
    [artist("Massive Attack", 310, 40.0)],
)

GRACES_FILTERS = {
    "Similar artist": 2,
    "Similar tag": 1,
    "Deep cut": 2,
    "Old favorite": 2,
    "Listeners like you": 1,
    "Sounds alike": 1,
}


def color(page: Page, selector: str, what: str, part: str | None = None) -> str:
    script = "(element, [what, part]) => getComputedStyle(element, part)[what]"
    return str(page.locator(selector).first.evaluate(script, [what, part]))


def picture(page: Page, name: str) -> None:
    """Kept for whoever looks at the page after a run in CI."""
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"page-{name}.png")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One app for all tests that publish nothing."""
    home = tmp_path_factory.mktemp("home")
    publish(home / "served", "1", [ADA, GRACE, MILES])
    running = start(home, 0)
    running.wait_until_ready()
    yield running.url
    running.stop()


def test_the_first_list_is_there_on_opening(visit: Visit, url: str) -> None:
    page = visit.open(url)

    expect(page.get_by_role("combobox", name="Listener")).to_have_value("ada")
    expect(page.locator(".sg-card").first).to_contain_text("12 plays, last heard in March 2024")
    expect(page.locator("#sg-most")).to_contain_text("310 plays")
    expect(page.locator("#sg-freshness")).to_contain_text("built")
    # A link to listen leads out without telling where from.
    link = page.get_by_role("link", name="Teardrop by Massive Attack on YouTube")
    expect(link).to_have_attribute("href", re.compile(re.escape("search_query=Massive+Attack+Teardrop")))
    expect(link).to_have_attribute("rel", "noopener noreferrer")


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)
def test_the_first_list_does_not_wait_for_scripts(visit: Visit, url: str) -> None:
    page = visit.open(f"{url}/?listener=miles", ".sg-card")

    expect(page.locator("#sg-first .sg-card h4")).to_have_text(["So What"])
    expect(page.locator(".sg-at-name")).to_have_text("miles")


def test_another_listener_is_chosen_and_stands_in_the_address(visit: Visit, url: str) -> None:
    page = visit.open(url)

    page.get_by_role("combobox", name="Listener").click()
    page.get_by_role("option", name="miles").click()

    expect(page.locator("#sg-next .sg-card h4")).to_have_text(["So What"])
    expect(page).to_have_url(re.compile(r"\?listener=miles$"))


def test_the_listeners_to_choose_from_close_by_keyboard(visit: Visit, url: str) -> None:
    page = visit.open(f"{url}/?listener=grace")
    for key in ("Tab", "Escape"):
        page.get_by_role("combobox", name="Listener").focus()
        expect(page.get_by_role("option", name="miles")).to_be_visible()

        page.keyboard.press(key)

        expect(page.get_by_role("option", name="miles")).to_be_hidden()
        page.get_by_role("combobox", name="Listener").blur()


def test_an_address_opens_its_listener(visit: Visit, url: str) -> None:
    page = visit.open(f"{url}/?listener=MILES")

    expect(page.locator("#sg-next .sg-card h4")).to_have_text(["So What"])


def test_an_unknown_listener_is_offered_a_near_one(visit: Visit, url: str) -> None:
    page = visit.open(f"{url}/?listener=adda", ".sg-empty")

    page.get_by_role("link", name="ada", exact=True).click()

    expect(page.locator(".sg-card h4").first).to_have_text("Teardrop")


def test_a_list_is_filtered_and_shortened_by_keyboard(visit: Visit, served: Path, run_app: RunApp) -> None:
    many = [track(f"Song {n}", f"Artist {n}") for n in range(30)]
    publish(served, "2", [History("ada", [*many, track("Deep", "Low", rare())])])
    page = visit.open(run_app().url)
    expect(page.locator(".sg-list .sg-count")).to_have_text("25 of 31")

    page.get_by_label("10", exact=True).focus()
    page.keyboard.press("Space")
    expect(page.locator(".sg-card")).to_have_count(10)
    page.get_by_label("Deep cut").focus()
    page.keyboard.press("Space")

    expect(page.locator(".sg-card h4")).to_have_text(["Deep"])


def test_each_strategy_of_the_list_is_a_filter_with_its_count_and_color(visit: Visit, url: str) -> None:
    page = visit.open(f"{url}/?listener=grace")
    filters = page.locator("#sg-strategy label")
    expect(filters).to_have_text(["Everything", *(f"{each}\u2002{count}" for each, count in GRACES_FILTERS.items())])
    badges = [color(page, f"#sg-next .sg-badge.sg-is-{each}", "color") for each in STRATEGIES]
    dots = [
        color(page, f"#sg-strategy label:has([value={each}])", "backgroundColor", "::before") for each in STRATEGIES
    ]
    assert badges == dots and len(set(badges)) == len(STRATEGIES)

    filters.filter(has_text="Deep cut").click()

    expect(page.locator("#sg-next .sg-card h4")).to_have_text(["Angel", "Group Four"])
    expect(page.locator("#sg-next .sg-why").first).to_contain_text("50 times rarer than their best known track")


def test_a_filter_stays_for_a_listener_who_has_no_such_rows(visit: Visit, url: str) -> None:
    page = visit.open(f"{url}/?listener=grace")
    page.get_by_label("Deep cut").check()
    expect(page.locator("#sg-next .sg-card")).to_have_count(2)

    page.get_by_role("combobox", name="Listener").click()
    page.get_by_role("option", name="miles").click()

    expect(page.locator("#sg-next .sg-none")).to_contain_text(
        "Deep cuts need facts about albums: segue enrich looks up what is missing."
    )
    expect(page.locator("#sg-strategy label.selected")).to_have_text("Deep cut\u20020")


def test_the_first_list_stands_where_it_will_stay(visit: Visit, url: str) -> None:
    page = visit.open(f"{url}/?listener=grace")
    final = settled(page.locator("#sg-next .sg-card").nth(3))

    page.route("**/*.js", lambda route: route.abort())
    page.reload()
    first = settled(page.locator("#sg-first .sg-card").nth(3))
    visit.complaints.clear()

    assert abs(first - final) < 2


@pytest.mark.parametrize("visit", [{"viewport": {"width": 390, "height": 844}}], indirect=True)
def test_hostile_names_are_text_and_fit_a_phone(visit: Visit, served: Path, run_app: RunApp) -> None:
    tracks = [
        track(name, f"{name} {n}", near(name), tagged(name, name), rare(name), heard(), album=name, tags=[name] * 3)
        for n, name in enumerate(HOSTILE)
    ]
    artists = [artist(name) for name in HOSTILE]
    publish(served, "2", [History("ada", tracks, artists), History(HOSTILE[1], tracks[:1], play_count=3)])
    page = visit.open(run_app().url)

    titles = page.locator(".sg-card h4 bdi").all_text_contents()

    assert [title.rstrip("\u2069") for title in titles] == list(HOSTILE)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("combobox", name="Listener").click()
    page.get_by_role("option", name=HOSTILE[1]).click()
    expect(page.locator(".sg-card")).to_have_count(1)


def test_the_first_list_appears_by_itself_once_built(visit: Visit, home: Path, run_app: RunApp) -> None:
    page = visit.open(run_app().url, ".sg-empty")
    for command in ("segue demo", "segue import", "segue sync"):
        expect(page.locator(".sg-empty")).to_contain_text(command)

    publish(home / "served", "1", [ADA])

    expect(page.locator(".sg-card h4").first).to_have_text("Teardrop")
    expect(page.locator(".sg-empty")).to_have_count(0)


def test_a_new_version_does_not_undo_the_choice_of_listener(visit: Visit, served: Path, run_app: RunApp) -> None:
    page = visit.open(run_app().url)
    page.get_by_role("combobox", name="Listener").click()
    page.get_by_role("option", name="miles").click()
    expect(page.locator("#sg-next .sg-card h4")).to_have_text(["So What"])

    publish(served, "2", [ADA, History("miles", [track("Blue in Green", "Miles Davis")])])

    expect(page.locator("#sg-next .sg-card h4")).to_have_text(["Blue in Green"])
    expect(page.get_by_role("combobox", name="Listener")).to_have_value("miles")


def test_an_open_page_turns_to_a_new_version(visit: Visit, served: Path, run_app: RunApp) -> None:
    page = visit.open(run_app().url)

    publish(served, "2", [History("ada", [track("Angel", "Massive Attack", heard(40))])])

    expect(page.locator(".sg-card h4")).to_have_text(["Angel"])


def test_a_corrupt_version_keeps_the_list_and_says_stale(visit: Visit, served: Path, run_app: RunApp) -> None:
    page = visit.open(run_app().url)

    publish_corrupt(served, "2")

    expect(page.locator("#sg-freshness")).to_contain_text("Stale")
    expect(page.locator("#sg-freshness")).to_contain_text("segue-2.sqlite cannot be served")
    expect(page.locator(".sg-card h4").first).to_have_text("Teardrop")


@pytest.mark.parametrize(
    "visit",
    [
        {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
        for width, height in ((1280, 900), (390, 844))
        for scheme in ("light", "dark")
    ],
    ids=["desktop-light", "desktop-dark", "phone-light", "phone-dark"],
    indirect=True,
)
def test_the_page_fits_its_screen(visit: Visit, url: str, request: pytest.FixtureRequest) -> None:
    page = visit.open(f"{url}/?listener=grace")

    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    picture(page, request.node.callspec.id)
