"""The views beside the recommendations, in a real browser: charts, exploring, the pipeline, adding oneself."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import RunApp, Visit, settled
from tests.ui.prefect_server import fake_prefect
from tests.ui.stores import NOW, History, Music, artist, heard, near, played, publish, track, z
from tests.ui.test_page import HOSTILE, picture
from ui.app import start
from ui.settings import AppSettings

PHONE = {"viewport": {"width": 390, "height": 844}}
SCREENS = [
    {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
    for width, height, scheme in ((1280, 900, "light"), (390, 844, "dark"))
]
RANKED = ("Portishead", "Massive Attack", "Tricky", "Low")
LISTENING = {
    **{f"artists.{order}": [played(n, name, 90 - n) for n, name in enumerate(RANKED, 1)] for order in ("year", "week")},
    "artists.recency": [played(n, name, 90 - n) for n, name in enumerate(reversed(RANKED), 1)],
    "tracks.year": [played(1, "Portishead", 30, "Roads"), played(2, "Low", 12, "Lullaby")],
    "tracks.recency": [played(1, "Low", 12, "Lullaby"), played(2, "Portishead", 30, "Roads")],
    "months": [{"month": "2024-01", "play_count": 40}, {"month": "2024-03", "play_count": 90}],
    "hours": [{"weekday": 2, "hour": 20, "play_count": 44}, {"weekday": 5, "hour": 3, "play_count": 2}],
}
MUSIC = Music(
    similar={"Portishead": {"Tricky": 1.0, "Low": 0.3}},
    top_tracks={"Tricky": ["Overcome"], "Portishead": ["Roads"], "Low": ["Lullaby"]},
    artist_tags={"Portishead": ["trip-hop"]},
    tag_tracks={"trip-hop": [("Roads", "Portishead"), ("Overcome", "Tricky")]},
)
ADA = History(
    "ada",
    [track("Roads", "Portishead", heard(30)), track("Overcome", "Tricky", near())],
    [artist("Portishead")],
    listening=LISTENING,
    recent={("Roads", "Portishead"): (9, 1)},
)
EVIL = History(
    "evil",
    [track(name, name, heard()) for name in HOSTILE],
    [artist(name) for name in HOSTILE],
    listening={
        f"{kind}.{order}": [played(n, name, 9, name if kind == "tracks" else None) for n, name in enumerate(HOSTILE, 1)]
        for kind in ("artists", "tracks")
        for order in ("year", "recency")
    },
    recent={(name, name): (9, 1) for name in HOSTILE},
)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One app for all tests that change nothing; no Prefect server is named."""
    home = tmp_path_factory.mktemp("home")
    publish(home / "served", "1", [ADA, EVIL], music=MUSIC)
    rules = [
        {"rule": "unique", "severity": "critical", "success": False, "observed": "<b>2 rows</b>"},
        {"rule": "in range", "severity": "warning", "success": True, "observed": "holds"},
    ]
    (home / "run").mkdir()
    (home / "run" / "gates.json").write_text(
        json.dumps({"gold.track_candidates": {"checked_at": z(NOW), "rules": rules}})
    )
    running = start(home, 0)
    running.wait_until_ready()
    yield running.url
    running.stop()


@pytest.mark.parametrize("visit", SCREENS, ids=["desktop-light", "phone-dark"], indirect=True)
def test_listening_is_told_in_charts_that_fit_their_screen(
    visit: Visit, url: str, request: pytest.FixtureRequest
) -> None:
    page = visit.open(f"{url}/?listener=ada&view=listening", "#sg-view .sg-panel")

    expect(page.get_by_role("img", name="Plays by month from January 2024 to March 2024")).to_be_visible()
    expect(page.get_by_role("img", name="Plays by weekday and hour. Most on Wednesdays from 20:00")).to_be_visible()
    expect(page.get_by_role("img", name="What a play counts for as it ages")).to_be_visible()
    assert page.locator(".sg-slopes path.sg-rises").count() == 3
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    picture(page, f"listening-{request.node.callspec.id}")


@pytest.mark.parametrize("visit", [{"timezone_id": "Asia/Tokyo"}], indirect=True)
def test_hours_of_the_week_are_the_visitors(visit: Visit, url: str) -> None:
    page = visit.open(f"{url}/?listener=ada&view=listening", "#sg-view .sg-panel")

    said = "Plays by weekday and hour. Most on Thursdays from 05:00, in Asia/Tokyo"
    expect(page.get_by_role("img", name=said)).to_be_visible()


def test_views_are_ways_that_lead_back(visit: Visit, url: str) -> None:
    page = visit.open(url)

    page.get_by_role("link", name="Listening").click()
    page.get_by_role("link", name="7 days").click()
    expect(page.get_by_role("link", name="7 days")).to_have_attribute("aria-current", "true")
    page.go_back()
    page.go_back()

    expect(page.locator("#sg-next .sg-card").first).to_be_visible()
    expect(page.locator("#sg-view")).to_be_hidden()


def test_searching_leads_to_an_artist_what_is_near_and_their_tags(visit: Visit, url: str) -> None:
    page = visit.open(f"{url}/?listener=ada&view=explore", "#sg-view .sg-search")
    expect(page.locator("#sg-view")).to_contain_text("9 plays, 1 before")

    page.get_by_label("Search artists and tracks").press_sequentially("portis")
    page.locator(".sg-near").get_by_role("link", name="Portishead").click()
    expect(page.locator(".sg-near a")).to_have_text(["Tricky", "Low"])
    picture(page, "explore-desktop-light")
    page.get_by_role("link", name="trip-hop").click()

    expect(page.locator(".sg-tracks .sg-name")).to_have_text(["Roads", "Overcome"])


def test_what_is_misspelt_or_unknown_is_answered_with_a_way_on(visit: Visit, url: str) -> None:
    page = visit.open(f"{url}/?listener=ada&view=explore&words=portisheed", "#sg-view .sg-note")
    expect(page.locator("#sg-view")).to_contain_text("did you mean one of these?")

    page.goto(f"{url}/?listener=ada&view=explore&artist=nobody")
    expect(page.locator("#sg-view")).to_contain_text("Nothing is known about the artist nobody.")
    page.goto(f"{url}/?listener=ada&view=nowhere")

    expect(page.locator("#sg-view")).to_contain_text("There is nothing at this address")


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_hostile_names_are_text_in_every_view(visit: Visit, url: str) -> None:
    page = visit.open(f"{url}/?listener=evil")

    for view, there in (("Listening", ".sg-orders"), ("Explore", ".sg-tracks"), ("Playlists", ".sg-empty")):
        page.get_by_role("link", name=view).click()
        page.wait_for_selector(f"#sg-view {there}")
        assert page.locator("#sg-view :is(script, img:not([alt]), b)").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
@pytest.mark.parametrize("view", ["listening", "explore"])
def test_a_view_stands_in_the_first_answer_where_it_will_stay(visit: Visit, url: str, view: str) -> None:
    page = visit.open(f"{url}/?listener=ada&view={view}", "#sg-view .sg-view")
    final = settled(page.locator("#sg-view .sg-view"))

    page.route("**/*.js", lambda route: route.abort())
    page.reload()
    first = settled(page.locator("#sg-first .sg-view"))
    visit.complaints.clear()

    assert abs(first - final) < 2


def test_a_period_without_plays_is_said_to_have_none(visit: Visit, url: str) -> None:
    page = visit.open(f"{url}/?listener=ada&view=listening&period=week", ".sg-orders")
    said = "No plays in this period: only the order by recency is shown"

    expect(page.locator("#sg-view .sg-panel", has_text="Top tracks")).to_contain_text(said)
    expect(page.locator("#sg-view .sg-panel", has_text="Top artists")).not_to_contain_text(said)


@pytest.mark.parametrize("visit", [PHONE | {"color_scheme": "dark"}], indirect=True)
def test_the_pipeline_says_which_gate_is_closed_and_why(visit: Visit, url: str) -> None:
    page = visit.open(f"{url}/?view=pipeline", ".sg-layers")

    expect(page.locator("#sg-view")).to_contain_text("closed, 2 rules")
    expect(page.locator(".sg-broken")).to_have_text("critical: unique: <b>2 rows</b>")
    expect(page.locator("#sg-view")).to_contain_text("no Prefect server is configured: run 'segue up'")
    picture(page, "pipeline-phone-dark")


def test_without_a_prefect_server_adding_says_what_to_do(visit: Visit, url: str) -> None:
    page = visit.open(f"{url}/?view=add", ".sg-add")

    expect(page.locator("#sg-view")).to_contain_text("run 'segue up'")
    expect(page.get_by_role("button", name="Add", exact=True)).to_be_disabled()


@pytest.mark.parametrize("visit", [PHONE], indirect=True)
def test_a_listener_is_added_watched_and_lands_on_their_list(visit: Visit, home: Path) -> None:
    publish(home / "served", "1", [ADA])
    with fake_prefect() as prefect:
        running = start(home, 0, settings=AppSettings(prefect_api_url=prefect.url))
        running.wait_until_ready()
        page = visit.open(f"{running.url}/?view=add", ".sg-add")
        page.get_by_label("Your name on Last.fm").fill("Grace")
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.locator(".sg-steps li").first).to_have_attribute("data-state", "now")
        picture(page, "add-phone-light")

        prefect.goes(prefect.runs[0], "COMPLETED")
        last = prefect.begin("generate-candidates")
        publish(home / "served", "2", [ADA, History("grace", [track("Roads", "Portishead")])])
        prefect.goes(last, "COMPLETED")

        expect(page.locator("#sg-next .sg-card h4")).to_have_text(["Roads"])
        expect(page.get_by_role("combobox", name="Listener")).to_have_value("grace")
        visit.page.close()
        running.stop()


def test_a_dropped_file_that_is_no_history_is_refused_with_its_reason(
    visit: Visit, run_app: RunApp, tmp_path: Path
) -> None:
    (tmp_path / "photo.csv").write_bytes(b"\x89PNG nothing to hear")
    page = visit.open(f"{run_app().url}/?view=add", ".sg-drop")

    page.get_by_label("History file").set_input_files(tmp_path / "photo.csv")
    page.get_by_label("Whose history it is").fill("grace")
    page.get_by_role("button", name="Import").click()

    expect(page.locator("#sg-view h2")).to_contain_text("Not imported: grace")
    expect(page.locator(".sg-steps")).to_contain_text("photo.csv")
