"""A listener's plays are landed from ListenBrainz whole, whatever the server does meanwhile."""

import gzip
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.accounts import Account, Services, account_of
from flows.sources.errors import NotAuthorized, SourceError, SourceUnavailable, UnknownListener
from flows.sources.listenbrainz import ListenBrainz
from flows.sources.pace import Pace
from flows.sources.play_source import Landing, Progress
from tests.flows.loopback import Form, Said, Server, SmallListenBrainz, serving

TOKEN = "3f1c0ffee-token"
NOW = datetime(2024, 7, 1, tzinfo=UTC)
NOON = int(NOW.timestamp()) - 12 * 3600


class World:
    """A server, a bronze folder, and a client that notes how long it would have slept."""

    def __init__(self, server: Server, small: SmallListenBrainz, bronze: Path) -> None:
        self.server, self.small, self.bronze, self.slept = server, small, bronze, list[float]()

    def sync(self, account: str = "anna", token: str | None = TOKEN, **how: object) -> Landing:
        now = how.pop("now", NOW)
        client = ListenBrainz(
            url=self.server.url,
            token=token,
            pace=Pace(Path("unused"), TOKEN, 0),
            bronze=self.bronze,
            sleep=self.slept.append,
            clock=lambda: 0.0,
        )
        return client.fetch_plays(account, now=now, **how)  # type: ignore[arg-type]

    def landed(self) -> list[int]:
        pages = sorted(self.bronze.rglob("*.json.gz"))
        bodies = [json.loads(json.loads(gzip.decompress(page.read_bytes()))["body"]) for page in pages]
        return [row["listened_at"] for body in bodies for row in body["payload"]["listens"]]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    small = SmallListenBrainz(plays=[NOON - 3600 * hour for hour in range(1050)])
    with serving(small) as server:
        yield World(server, small, tmp_path / "bronze")


def test_every_play_is_landed_whatever_the_servers_pages_hold(world: World) -> None:
    world.sync()

    assert sorted(set(world.landed())) == sorted(world.small.plays)
    assert world.server.headers[0]["Authorization"] == f"Token {TOKEN}"


def test_plays_of_one_second_are_not_lost_between_pages(world: World) -> None:
    world.small.plays = [NOON, *[NOON - 60] * 150, NOON - 120]

    world.small.most = 151
    world.sync()

    assert world.landed().count(NOON - 60) >= 150 and NOON - 120 in world.landed()


def test_a_sync_that_finds_nothing_new_lands_nothing(world: World) -> None:
    world.sync()
    first = world.sync(now=NOW + timedelta(hours=1))

    again = world.sync(now=NOW + timedelta(hours=2))
    assert (first.new_pages, again.new_pages) == (0, 0) and again.calls <= 6


def test_new_plays_are_found_without_reading_all_again(world: World) -> None:
    world.sync()
    world.small.plays.append(NOON + 60)

    again = world.sync(now=NOW + timedelta(hours=1))
    assert NOON + 60 in world.landed() and again.calls <= 6


def test_a_reading_that_was_killed_goes_on_where_it_stopped(world: World) -> None:
    calls = 0

    def down_after_five(_: Form) -> Said | None:
        nonlocal calls
        calls += 1
        return Said(b"", status=503) if calls > 5 else None

    world.small.faults = [down_after_five]
    with pytest.raises(SourceUnavailable):
        world.sync()
    world.small.faults = []

    before = len(world.server.forms)
    world.small.plays.append(NOON + 60)
    world.sync(now=NOW + timedelta(hours=1))
    assert world.server.forms[before]["max_ts"] < str(NOON) and set(world.landed()) == set(world.small.plays)


def test_a_backfill_reads_its_range_and_no_further(world: World) -> None:
    since, until = NOW - timedelta(days=10), NOW - timedelta(days=8)

    world.sync(since=since, until=until)
    assert int(until.timestamp()) > max(world.landed()) and len(world.server.forms) <= 2


def test_calls_rest_when_the_server_says_that_none_are_left(world: World) -> None:
    world.small.faults = [
        lambda form: Said(
            SmallListenBrainz.__call__(SmallListenBrainz(plays=[NOON]), form).body,
            headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-In": "7"},
        )
    ]

    world.sync()
    assert world.slept and set(world.slept) == {7.0}


def test_a_refused_call_waits_as_long_as_it_is_told(world: World) -> None:
    said = [Said(b'{"code": 429, "error": "slow down"}', status=429, headers={"X-RateLimit-Reset-In": "9"})]
    world.small.faults = [lambda _: said.pop() if said else None]

    world.sync()
    assert world.slept == [9.0]


@pytest.mark.parametrize(
    ("said", "kind", "says"),
    [
        (Said(b'{"code": 404, "error": "Cannot find user"}', status=404), UnknownListener, "has no listener 'anna'"),
        (Said(b'{"code": 401, "error": "Invalid token"}', status=401), NotAuthorized, "set LISTENBRAINZ_TOKEN"),
        (Said(b"<html>", status=502), SourceUnavailable, "not JSON"),
        (Said(b'{"payload": {}}'), SourceUnavailable, "without listens"),
        (Said(b'{"payload": {"listens": [{}]}}'), SourceUnavailable, "no time"),
        (Said(b'{"payload": {"listens": [], "user_id": "berta"}}'), SourceUnavailable, "of another listener"),
        (Said(b'{"code": 400, "error": "max_ts"}', status=400), SourceError, "please report it"),
    ],
)
def test_what_is_no_answer_is_said_in_one_line(
    world: World, said: Said, kind: type[SourceError], says: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    world.small.faults = [lambda _: said]

    with pytest.raises(kind, match=says) as failure:
        world.sync()
    assert TOKEN not in f"{failure.value!r} {caplog.text}" and "\n" not in str(failure.value)


def test_no_token_sends_none(world: World) -> None:
    world.sync(token=None)

    assert "Authorization" not in world.server.headers[0]


def test_progress_tells_how_far_down_in_time_it_is(world: World) -> None:
    told: list[Progress] = []

    world.sync(progress=told.append)
    history = [one for one in told if one.window.startswith("history")]
    assert [one.page for one in history] == list(range(1, len(history) + 1))
    assert history[0].pages in range(9, 13) and history[-1].pages == history[-1].page


@pytest.mark.parametrize(
    ("written", "account"),
    [
        ("RJ", Account("lastfm", "rj", "rj")),
        ("listenbrainz:rob", Account("listenbrainz", "rob", "rob")),
        ("listenbrainz:rob=RJ", Account("listenbrainz", "rob", "rj")),
        ("lastfm:old_name=rj", Account("lastfm", "old_name", "rj")),
        ("mars:rover", Account("lastfm", "mars:rover", "mars:rover")),
    ],
)
def test_an_account_says_where_it_is_and_whose(written: str, account: Account) -> None:
    assert account_of(written) == account


def test_a_listener_keeps_one_name_over_several_accounts(world: World, tmp_path: Path) -> None:
    listenbrainz = ListenBrainz(
        url=world.server.url, token=None, pace=Pace(tmp_path, "", 0), bronze=world.bronze, sleep=lambda _: None
    )

    landing = Services(listenbrainz, listenbrainz).fetch_plays("listenbrainz:anna=rj", now=NOW)
    assert landing.listener == "rj"
    assert {path.name for path in (world.bronze / "listenbrainz" / "listens").iterdir()} == {"rj"}
