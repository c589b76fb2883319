"""The demo server speaks as the real one does, down to its oddities."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from statistics import median
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
import requests

from flows.demo.listeners import LISTENER_NAMES, NEWCOMER
from flows.demo.server import ServerDidNotStart, demo_server, respond
from flows.demo.world import World, demo_world

ANCHOR = date(2025, 11, 21)
WORLD = demo_world(ANCHOR, until=ANCHOR)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with demo_server(WORLD) as url:
        yield url


def ask(method: str, **params: object) -> tuple[int, Any]:
    """Status and body of one JSON request; `since` stands for `from`."""
    asked = {"method": method, "api_key": "any", "format": "json", **{name: str(v) for name, v in params.items()}}
    if "since" in asked:
        asked["from"] = asked.pop("since")
    response = respond(WORLD, asked)
    return response.status_code, json.loads(bytes(response.body))


def recent(user: str, **params: object) -> Any:
    return ask("user.getRecentTracks", user=user, **params)[1]["recenttracks"]


def times(page: Any) -> list[int]:
    return [int(track["date"]["uts"]) for track in page["track"] if "date" in track]


def test_paging_is_told_in_strings() -> None:
    paging = recent("pixelfern", limit=100, page=2)["@attr"]

    total = int(paging["total"])
    assert paging == {
        "user": "pixelfern",
        "page": "2",
        "perPage": "100",
        "total": str(total),
        "totalPages": str(-(-total // 100)),
    }


def test_a_compact_row_is_shaped_as_recorded() -> None:
    row = recent("pixelfern", limit=2)["track"][0]

    assert set(row) == {"artist", "streamable", "image", "mbid", "album", "name", "url", "date"}
    assert set(row["artist"]) == set(row["album"]) == {"mbid", "#text"}
    assert (row["streamable"], row["mbid"]) == ("0", "")
    assert [picture["size"] for picture in row["image"]] == ["small", "medium", "large", "extralarge"]


def test_an_extended_row_names_the_artist_otherwise_and_says_whether_it_is_loved() -> None:
    rows = recent("pixelfern", limit=300, extended=1)["track"]

    assert set(rows[0]["artist"]) == {"url", "name", "image", "mbid"}
    assert {row["loved"] for row in rows} == {"0", "1"}


def test_a_time_stands_as_seconds_and_as_text() -> None:
    sent = recent("pixelfern", limit=2)["track"][0]["date"]

    assert sent["uts"].isdigit()
    assert sent["#text"] == f"{datetime.fromtimestamp(int(sent['uts']), UTC):%d %b %Y, %H:%M}"


def test_a_single_row_comes_as_an_object_and_none_as_an_empty_list() -> None:
    assert recent("pixelfern", limit=1)["track"]["name"]
    assert recent("pixelfern", since=1, to=2)["track"] == []


def test_what_is_on_now_comes_beyond_the_limit_on_every_page_and_has_no_date() -> None:
    for page in (1, 2):
        rows = recent("vinyl_marten", limit=3, page=page)["track"]

        assert len(rows) == 4
        assert rows[0]["@attr"] == {"nowplaying": "true"} and "date" not in rows[0]
        assert all("date" in row and "@attr" not in row for row in rows[1:])


def test_what_is_on_now_is_not_counted() -> None:
    empty = recent("vinyl_marten", since=1, to=2)

    assert empty["track"]["@attr"] == {"nowplaying": "true"}
    assert (empty["@attr"]["total"], empty["@attr"]["totalPages"]) == ("0", "0")


def test_pages_in_turn_hold_every_play_once_newest_first() -> None:
    total = int(recent("quiet_harbour", limit=1)["@attr"]["total"])
    pages = [recent("quiet_harbour", limit=1000, page=number) for number in range(1, total // 1000 + 2)]
    seen = [uts for page in pages for uts in times(page)]

    assert len(seen) == total and seen == sorted(set(seen), reverse=True)


def test_a_page_past_the_last_is_empty() -> None:
    page = recent("pixelfern", limit=1000, page=9)

    assert page["track"] == [] and page["@attr"]["page"] == "9"


def test_from_is_inclusive_and_to_is_exclusive() -> None:
    newest, middle, oldest = times(recent("pixelfern", limit=3))

    assert times(recent("pixelfern", since=oldest, to=newest)) == [middle, oldest]


def test_fifty_rows_come_where_no_limit_is_named() -> None:
    assert len(recent("pixelfern")["track"]) == 50


def test_any_case_of_a_name_finds_the_listener_and_the_answer_names_them_properly() -> None:
    assert recent("PixelFern", limit=2)["@attr"]["user"] == "pixelfern"


def test_a_profile_counts_what_was_played() -> None:
    user = ask("user.getinfo", user="moss_radio")[1]["user"]

    assert user["playcount"] == recent("moss_radio", limit=1)["@attr"]["total"]
    assert user["registered"]["unixtime"] == str(user["registered"]["#text"])
    assert all(isinstance(value, str) for name, value in user.items() if name not in ("image", "registered"))


@pytest.mark.parametrize(
    ("method", "params", "code", "status"),
    [
        ("user.getRecentTracks", {"user": "nobody-of-that-name"}, 6, 404),
        ("user.getInfo", {"user": "nobody-of-that-name"}, 6, 404),
        ("user.getRecentTracks", {"user": "private-listener"}, 17, 403),
        ("user.getRecentTracks", {}, 6, 400),
        ("user.getRecentTracks", {"user": "pixelfern", "page": 0}, 6, 200),
        ("user.getRecentTracks", {"user": "pixelfern", "limit": 1001}, 6, 200),
        ("user.getRecentTracks", {"user": "pixelfern", "limit": "many"}, 6, 200),
        ("user.getRecentTracks", {"user": "pixelfern", "from": "-1"}, 6, 200),
        ("user.getRecentTracks", {"user": "pixelfern", "api_key": ""}, 10, 403),
        ("user.getEverything", {"user": "pixelfern"}, 3, 400),
        ("", {"user": "pixelfern"}, 6, 400),
    ],
)
def test_errors_have_the_codes_of_the_real_server(
    method: str, params: dict[str, object], code: int, status: int
) -> None:
    answered, body = ask(method, **params)

    assert (answered, body["error"]) == (status, code)
    assert set(body) == {"error", "message"}


def test_a_listener_who_hides_their_plays_still_has_a_profile() -> None:
    assert ask("user.getInfo", user="private-listener")[1]["user"]["name"] == "private-listener"


def test_the_same_request_has_the_same_answer_in_a_world_made_anew() -> None:
    anew = respond(
        demo_world(ANCHOR, until=ANCHOR),
        {"method": "user.getrecenttracks", "user": "juno_and_rye", "api_key": "k", "format": "json"},
    )

    assert json.loads(bytes(anew.body))["recenttracks"] == recent("juno_and_rye")


def test_a_world_without_an_end_grows_with_the_days() -> None:
    days = iter([date(2025, 11, 21), date(2025, 11, 22), date(2025, 11, 29)])
    world = World(WORLD.catalogue, ANCHOR, WORLD.seed, lambda: next(days))
    counts = [len(world.history(NEWCOMER).plays) for _ in range(3)]

    assert counts == sorted(counts) and counts[0] < counts[2]


def test_parameters_may_come_in_the_address_or_in_a_form(address: str) -> None:
    asked = {"method": "user.getInfo", "user": "moss_radio", "api_key": "k", "format": "json"}
    got = httpx.get(address, params=asked)

    assert got.headers["content-type"].startswith("application/json")
    assert httpx.post(address, data=asked).json() == got.json()
    assert httpx.post(address.rstrip("/"), params={"format": "json"}, data=asked).json() == got.json()


def test_without_a_format_the_answer_is_xml(address: str) -> None:
    asked = {"method": "user.getRecentTracks", "user": "vinyl_marten", "api_key": "k", "limit": "2"}
    root = ElementTree.fromstring(httpx.get(address, params=asked).text)

    now, newest, _ = root.findall("recenttracks/track")
    assert root.get("status") == "ok" and now.get("nowplaying") == "true"
    assert newest.findtext("artist") and newest.find("date[@uts]") is not None


def test_an_error_in_xml_says_so(address: str) -> None:
    root = ElementTree.fromstring(httpx.get(address, params={"method": "user.getInfo", "user": "x"}).text)

    assert root.get("status") == "failed" and root.find("error[@code='10']") is not None


def test_a_port_that_is_taken_is_named(address: str) -> None:
    port = httpx.URL(address).port or 0

    with pytest.raises(ServerDidNotStart, match=f"port {port}"), demo_server(WORLD, port):
        pass


def test_the_server_is_gone_after_its_block() -> None:
    with demo_server(WORLD) as url:
        assert httpx.get(url).status_code == 400

    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_the_module_prints_where_it_listens_and_whom_it_knows_and_ends_when_told() -> None:
    command = [sys.executable, "-m", "flows.demo", "--port", "0", "--until", "2025-11-21"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        printed = process.stdout.readline() + process.stdout.readline()
        process.terminate()

    assert "http://127.0.0.1:" in printed and all(name in printed for name in LISTENER_NAMES)
    assert process.returncode == 0


def test_an_answer_does_not_wait_for_its_head_to_be_acknowledged(address: str) -> None:
    asked = {"method": "user.getInfo", "user": "moss_radio", "api_key": "k", "format": "json"}
    took = []
    with requests.Session() as session:
        for _ in range(50):
            started = time.monotonic()
            session.post(address, data=asked)
            took.append(time.monotonic() - started)

    assert median(took) < 0.040
