"""A listener's plays are landed whole, once, whatever the server does meanwhile."""

import gzip
import json
import logging
import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.sources.errors import (
    MethodWithdrawn,
    NotAuthorized,
    PrivateListener,
    SourceError,
    SourceUnavailable,
    UnknownListener,
    WrongKey,
)
from flows.sources.lastfm import LastFm
from flows.sources.pace import Pace
from flows.sources.play_source import Landing, Progress
from tests.flows.loopback import Form, Said, Server, SmallLastFm, as_json, error, row, serving

KEY = "9a7b330d3dc0ffee"
NOW = datetime(2024, 7, 1, tzinfo=UTC)
NOON = int(NOW.timestamp()) - 12 * 3600
HOUR, DAY = 3600, 24 * 3600


class World:
    """A server, a bronze folder, and a client that never really sleeps."""

    def __init__(self, server: Server, last_fm: SmallLastFm, bronze: Path) -> None:
        self.server, self.last_fm, self.bronze = server, last_fm, bronze

    def client(self) -> LastFm:
        pace = Pace(Path("unused"), KEY, 0)
        return LastFm(url=self.server.url, key=KEY, pace=pace, bronze=self.bronze, sleep=lambda _: None)

    def sync(
        self,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        now: datetime = NOW,
        progress: Callable[[Progress], None] = lambda _: None,
    ) -> Landing:
        return self.client().fetch_plays("anna", since=since, until=until, now=now, progress=progress)

    def failure(self) -> SourceError:
        with pytest.raises(SourceError) as caught:
            self.sync()
        return caught.value

    def files(self) -> list[Path]:
        return sorted(self.bronze.rglob("*.json.gz"))

    def envelopes(self) -> list[dict[str, object]]:
        return [json.loads(gzip.decompress(file.read_bytes())) for file in self.files()]

    def landed(self) -> set[int]:
        """The seconds of all plays that were landed."""
        tracks = [json.loads(str(envelope["body"]))["recenttracks"]["track"] for envelope in self.envelopes()]
        rows = [row for track in tracks for row in (track if isinstance(track, list) else [track])]
        return {int(row["date"]["uts"]) for row in rows if "date" in row}

    def asked_twice(self) -> set[tuple[str, ...]]:
        pages = [form for form in self.server.forms if form.get("limit", "1") != "1"]
        asked = Counter((form.get("from", ""), form["to"], form["limit"], form["page"]) for form in pages)
        return {page for page, times in asked.items() if times > 1}


@contextmanager
def world_of(last_fm: SmallLastFm, bronze: Path) -> Iterator[World]:
    with serving(last_fm) as server:
        yield World(server, last_fm, bronze)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Anna has 1,100 plays, every third hour: five pages of history and one of the last 14 days."""
    with world_of(SmallLastFm(plays=[NOON - 3 * HOUR * play for play in range(1100)]), tmp_path) as world:
        yield world


def page_of(form: Form, page: int, limit: int = 200) -> bool:
    """Whether this page of the history is asked for; recent plays are asked for with `from`."""
    return "from" not in form and (form.get("page"), form.get("limit")) == (str(page), str(limit))


def once(fault: Said, when: Callable[[Form], bool] = lambda _: True, times: int = 1) -> Callable[[Form], Said | None]:
    left = [times]

    def maybe(form: Form) -> Said | None:
        if left[0] == 0 or not when(form):
            return None
        left[0] -= 1
        return fault

    return maybe


def always(fault: Said, when: Callable[[Form], bool] = lambda _: True) -> Callable[[Form], Said | None]:
    return once(fault, when, times=-1)


# What is landed


def test_a_first_sync_lands_every_play(world: World) -> None:
    landing = world.sync()

    assert world.landed() == set(world.last_fm.plays)
    assert (landing.listener, landing.new_pages, landing.plays) == ("anna", 6, 1100)
    assert landing.newest == "2024-06-30T12:00:00+00:00"


def test_a_page_is_landed_as_it_was_sent_with_its_request_and_no_key(world: World) -> None:
    world.sync()

    envelope = world.envelopes()[-1]
    form = {name: world.server.forms[2][name] for name in ("limit", "page", "from", "to")}
    assert envelope["body"] == world.last_fm(world.server.forms[2]).body.decode()
    assert envelope["request"] == {"source": "lastfm", "method": "user.getRecentTracks", "listener": "anna", **form}
    assert not any(KEY in gzip.decompress(file.read_bytes()).decode() for file in world.files())


def test_pages_are_read_from_the_oldest_to_the_newest(world: World) -> None:
    pages: list[tuple[str, int, int]] = []
    world.sync(progress=lambda progress: pages.append((progress.window, progress.page, progress.pages)))

    asked = [form["page"] for form in world.server.forms if form["limit"] == "200" and "from" not in form]
    assert asked == ["5", "4", "3", "2", "1"]
    assert [page[1:] for page in pages] == [(1, 1), (1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]


def test_a_second_sync_of_the_same_plays_lands_nothing(world: World) -> None:
    world.sync()
    before = world.files()

    landing = world.sync(now=NOW + timedelta(days=3))

    assert world.files() == before
    assert (landing.new_pages, landing.calls) == (0, 2)


def test_a_later_sync_finds_new_plays_and_those_made_offline(world: World) -> None:
    world.sync()
    world.last_fm.plays += [NOON + DAY, NOON - 13 * DAY + 1]

    landing = world.sync(now=NOW + timedelta(days=2))
    again = world.sync(now=NOW + timedelta(days=3))

    assert world.landed() == set(world.last_fm.plays)
    assert (landing.new_pages, again.new_pages) == (1, 1)
    assert world.sync(now=NOW + timedelta(days=4)).new_pages == 0


def test_what_is_on_now_is_no_play(tmp_path: Path) -> None:
    with world_of(SmallLastFm(now_playing="Roads"), tmp_path) as world:
        landing = world.sync()

    assert (landing.plays, landing.newest, world.files()) == (0, "", [])


@pytest.mark.parametrize("plays", [0, 1, 2, 199, 200, 201])
def test_few_plays_are_landed_too(tmp_path: Path, plays: int) -> None:
    with world_of(SmallLastFm(plays=[NOON - play for play in range(plays)], now_playing="Roads"), tmp_path) as world:
        landing = world.sync()

    assert world.landed() == set(world.last_fm.plays) and landing.plays == plays


@pytest.mark.parametrize("none", [{"track": []}, {"track": ""}, {"track": None}, {}])
def test_no_plays_come_in_several_shapes(world: World, none: dict[str, object]) -> None:
    attributes = {"user": "Anna", "page": 1, "perPage": 1, "total": 0, "totalPages": 0}
    world.last_fm.faults = [always(as_json({"recenttracks": {"@attr": attributes, **none}}))]

    assert world.sync().plays == 0


def test_plays_of_another_time_do_no_harm(world: World) -> None:
    world.last_fm.plays += [1, 4_000_000_000]

    world.sync()

    assert world.landed() == set(world.last_fm.plays) - {4_000_000_000}


def test_a_backfill_reads_its_range_and_moves_nothing(world: World) -> None:
    world.sync()
    since, until = NOW - timedelta(days=100), NOW - timedelta(days=50)
    landing = world.sync(since=since, until=until)

    wanted = {time for time in world.last_fm.plays if since.timestamp() <= time < until.timestamp()}
    assert landing.plays == len(wanted)
    assert world.sync().new_pages == 0


def test_a_backfill_first_leaves_the_rest_to_the_next_sync(world: World) -> None:
    world.sync(since=NOW - timedelta(days=2))
    assert world.landed() == {time for time in world.last_fm.plays if time >= NOW.timestamp() - 2 * DAY}

    world.sync()
    assert world.landed() == set(world.last_fm.plays)


def test_a_range_that_ends_before_it_begins_is_refused(world: World) -> None:
    with pytest.raises(SourceError, match="give a --since before --until"):
        world.sync(since=NOW, until=NOW - timedelta(days=1))


def test_listeners_with_strange_names_are_kept_apart(world: World) -> None:
    world.last_fm.user = "../Ünna"
    world.client().fetch_plays("../ÜNNA ", now=NOW)

    assert all("user.getrecenttracks" in file.parts[:-3] for file in world.files()) and len(world.files()) == 6


# Kill and resume


@pytest.mark.parametrize("killed_after", [0, 1, 2, 4, 6])
def test_a_killed_sync_goes_on_without_asking_for_what_is_landed(world: World, killed_after: int) -> None:
    answers = iter(range(100))
    world.last_fm.faults = [lambda form: error(27) if next(answers) >= killed_after + 2 else None]
    with pytest.raises(MethodWithdrawn):
        world.sync()
    world.last_fm.faults = []
    world.server.forms.clear()
    missing = 6 - len(world.files())

    landing = world.sync(now=NOW + timedelta(seconds=1))

    history = [form for form in world.server.forms if "from" not in form and form["limit"] == "200"]
    assert world.landed() == set(world.last_fm.plays) and len(history) == min(missing, 5)
    assert (landing.new_pages, len(world.files())) == (missing, 6)


class Killed(Exception):
    """As good as kill -9: nothing of the client runs after it."""


def test_a_sync_killed_over_and_over_ends_like_an_undisturbed_one(world: World, tmp_path: Path) -> None:
    def killed(progress: Progress) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Killed

    for after in (1, 2, 3, 4, 5, 6, 7, 8):
        left = [after]
        with pytest.raises(Killed):
            world.sync(progress=killed)
        if len(world.files()) == 6:
            break
    world.sync()
    undisturbed = World(world.server, world.last_fm, tmp_path / "undisturbed")
    undisturbed.sync()

    assert names(world.bronze / "lastfm") == names(undisturbed.bronze / "lastfm")


def names(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*.json.gz"))


def test_a_killed_second_sync_does_not_ask_again_for_what_it_has_seen(world: World) -> None:
    world.last_fm.plays = [NOON - 60 * play for play in range(1000)]
    world.sync()
    world.last_fm.faults = [always(error(27), lambda form: form["page"] == "3")]
    with pytest.raises(MethodWithdrawn):
        world.sync(now=NOW + timedelta(days=1))
    world.last_fm.faults = []
    world.server.forms.clear()

    world.sync(now=NOW + timedelta(days=1, hours=1))

    first = [form["page"] for form in world.server.forms if form["to"] == str(int(NOW.timestamp()) + DAY)]
    assert first == ["3", "2", "1"]


def test_a_killed_backfill_goes_on(world: World) -> None:
    world.last_fm.faults = [always(error(27), lambda form: page_of(form, 3))]
    with pytest.raises(MethodWithdrawn):
        world.sync(until=NOW)
    world.last_fm.faults = []
    world.server.forms.clear()

    world.sync(until=NOW)

    assert [form["page"] for form in world.server.forms] == ["3", "2", "1"]
    assert world.landed() == set(world.last_fm.plays)


def test_two_fetches_of_one_listener_at_once_ask_for_each_page_of_the_history_once(world: World) -> None:
    with ThreadPoolExecutor(4) as threads:
        landings = list(threads.map(lambda _: world.sync(), range(4)))

    history = [form for form in world.server.forms if "from" not in form and form["limit"] == "200"]
    assert len(history) == 5 and sum(landing.new_pages for landing in landings) == 6


def test_a_damaged_plan_is_named(world: World) -> None:
    world.sync()
    plan = next(world.bronze.rglob("recent-*/window.json"))
    plan.write_text("{")

    assert str(world.failure()) == f"{plan} is damaged: delete it, then run it again"


# A server that fails


@pytest.mark.parametrize(
    "fault",
    [
        error(8),
        error("11"),
        error(16, status=503),
        error(29, status=429),
        Said(b"<html>Bad gateway</html>", 502),
        Said(b"<html>Welcome</html>"),
        Said(b""),
        Said(b'{"recenttracks": {"track": [{"na'),
        Said(b'{"recenttracks": {"track": []', cut=True),
        Said(b"\xff\xfe{}"),
        Said(b"[]"),
        Said(b"{}"),
        as_json({"recenttracks": {"track": []}}),
        as_json({"recenttracks": {"track": [], "@attr": {"user": "Anna"}}}),
        as_json({"recenttracks": {"track": [], "@attr": {"user": "Anna", "total": "50000"}}}),
        as_json({"recenttracks": {"track": [row(NOON)], "@attr": {"user": "Someone else", "total": "1"}}}),
        as_json({"error": None, "message": "?"}),
        error(0),
    ],
    ids=lambda fault: fault.body.decode("latin-1")[:60],
)
def test_what_passes_by_itself_loses_nothing_and_is_not_landed(world: World, fault: Said) -> None:
    world.last_fm.faults = [
        once(fault),
        once(fault, lambda form: page_of(form, 2)),
        once(fault, lambda form: page_of(form, 4)),
    ]

    world.sync()

    assert world.landed() == set(world.last_fm.plays) and len(world.files()) == 6


def test_a_byte_order_mark_is_no_fault(world: World) -> None:
    good = world.last_fm.recent_tracks
    world.last_fm.faults = [lambda form: Said(b"\xef\xbb\xbf" + as_json(good(form)).body)]

    assert world.sync().calls == 9
    assert world.landed() == set(world.last_fm.plays)


def test_numbers_that_are_numbers_are_read(world: World) -> None:
    def with_numbers(form: Form) -> Said:
        content = world.last_fm.recent_tracks(form)
        attributes = content["recenttracks"]["@attr"]
        return as_json({"recenttracks": {**content["recenttracks"], "@attr": {**attributes, "total": 1100}}})

    world.last_fm.faults = [with_numbers]

    assert world.client().recent_tracks("anna", {"page": "1", "limit": "1"}).total == 1100


@pytest.mark.parametrize("fault", [error(8, status=500), Said(b"", 500), error("8")])
@pytest.mark.parametrize("works_at", [100, 50, 25])
def test_a_page_that_keeps_failing_is_read_in_halves(world: World, fault: Said, works_at: int) -> None:
    def holds_row_399(form: Form) -> bool:
        return "from" not in form and (int(form["page"]) - 1) * int(form["limit"]) <= 399 < _last_row(form)

    world.last_fm.faults = [always(fault, lambda form: holds_row_399(form) and int(form["limit"]) > works_at)]

    landing = world.sync()

    assert world.landed() == set(world.last_fm.plays) and landing.plays == 1100
    assert {page[3] for page in world.asked_twice() if page[2] == "200"} == {"2"}


def _last_row(form: Form) -> int:
    return int(form["page"]) * int(form["limit"])


def test_half_a_page_that_is_landed_is_not_asked_for_again(world: World) -> None:
    world.last_fm.faults = [
        always(error(8), lambda form: page_of(form, 3)),
        always(error(27), lambda form: page_of(form, 5, 100)),
    ]
    with pytest.raises(MethodWithdrawn):
        world.sync()
    world.last_fm.faults = []
    world.server.forms.clear()

    world.sync()

    asked = [(form["page"], form["limit"]) for form in world.server.forms if "from" not in form]
    assert asked == [("5", "100"), ("2", "200"), ("1", "200")]
    assert world.landed() == set(world.last_fm.plays)


def test_a_page_that_fails_at_every_size_is_given_up_and_the_rest_kept(world: World) -> None:
    world.last_fm.faults = [
        always(error(8), lambda form: "from" not in form and form["page"] in ("3", "6", "12", "24"))
    ]

    failure = world.failure()

    assert "failed 5 times in a row, most recently with: Last.fm answered error 8 (said so)" in str(failure)
    assert len(world.files()) == 3


def test_a_server_that_sends_fewer_rows_than_asked_is_asked_for_fewer(world: World) -> None:
    def caps_at_50(form: Form) -> Said | None:
        return as_json(world.last_fm.recent_tracks({**form, "limit": "50"})) if int(form["limit"]) > 50 else None

    world.last_fm.faults = [caps_at_50]
    world.sync()

    assert world.landed() == set(world.last_fm.plays)


@pytest.mark.parametrize("total", [10**7, 10**9, 10**30])
def test_a_server_that_claims_more_plays_than_it_has_is_not_believed(world: World, total: int) -> None:
    def claims(form: Form) -> Said:
        content = world.last_fm.recent_tracks(form)["recenttracks"]
        attributes = {**content["@attr"], "total": total, "totalPages": total}
        return as_json({"recenttracks": {**content, "@attr": attributes}})

    world.last_fm.faults = [claims]
    failure = world.failure()

    assert "an empty page" in str(failure) or "more than anyone has" in str(failure)
    assert len(world.server.forms) < 20


def test_no_network_is_one_line(world: World) -> None:
    world.server.url = "http://127.0.0.1:9/2.0/"

    failure = world.failure()

    assert isinstance(failure, SourceUnavailable)
    assert "no answer from 127.0.0.1:9: Connection refused; check the network and LASTFM_API_URL" in str(failure)


# A history that moves while it is read


def test_plays_that_arrive_late_while_reading_hide_none(world: World) -> None:
    def late(form: Form) -> None:
        if page_of(form, 3):
            world.last_fm.plays += [NOON - 20 * DAY + second for second in range(1, 4)]

    world.last_fm.faults = [late]
    world.sync()

    assert world.landed() == set(world.last_fm.plays)
    assert any("-at-" in file.name for file in world.files())


@pytest.mark.parametrize("seed", range(6))
def test_whatever_arrives_among_the_plays_not_yet_read_none_is_missed(world: World, seed: int) -> None:
    chance = random.Random(seed)

    def late(form: Form) -> None:
        if "from" not in form and form["limit"] == "200" and chance.random() < 0.5:
            border = sorted(world.last_fm.plays)[-150]
            world.last_fm.plays += [border - 1 - chance.randrange(600) for _ in range(chance.choice([1, 30, 450]))]

    world.last_fm.plays.sort(reverse=True)
    world.last_fm.faults = [late]
    before = set(world.last_fm.plays)
    world.sync()

    assert before <= world.landed()


def test_plays_that_vanish_while_reading_hide_none(world: World) -> None:
    def vanish(form: Form) -> None:
        if page_of(form, 5):
            del world.last_fm.plays[200:450]

    world.last_fm.faults = [vanish]
    world.sync()

    assert set(world.last_fm.plays) <= world.landed()


def test_new_plays_do_not_shift_the_pages(world: World) -> None:
    def plays_on(form: Form) -> None:
        world.last_fm.plays.append(int(NOW.timestamp()) + len(world.last_fm.plays))

    before = set(world.last_fm.plays)
    world.last_fm.faults = [plays_on]
    world.sync()

    assert world.landed() == before and len(world.files()) == 6


# What a listener or a user has to know


def test_an_unknown_listener_is_confirmed_before_they_are_given_up(world: World) -> None:
    with pytest.raises(UnknownListener, match="has no listener 'nobody': check the spelling"):
        world.client().fetch_plays("nobody", now=NOW)

    assert [form["method"] for form in world.server.forms] == ["user.getRecentTracks", "user.getInfo"]
    assert [path for path in world.bronze.rglob("*") if path.name == "nobody"] == []


def test_a_listener_is_not_given_up_for_one_wrong_word(world: World) -> None:
    world.last_fm.faults = [once(error("6", "User not found", 404), lambda form: page_of(form, 3), times=2)]

    world.sync()

    assert world.landed() == set(world.last_fm.plays)


@pytest.mark.parametrize(
    ("code", "kind", "advice"),
    [
        (17, PrivateListener, "turn off 'Hide recent listening information' in Last.fm's privacy settings"),
        ("10", WrongKey, "set LASTFM_API_KEY"),
        (26, WrongKey, "set LASTFM_API_KEY"),
        (4, NotAuthorized, "login"),
        (9, NotAuthorized, "login"),
        (27, MethodWithdrawn, "update Segue"),
        (3, SourceError, "error 3"),
    ],
)
@pytest.mark.parametrize("status", [200, 403, 500])
def test_a_refusal_says_what_to_do(
    world: World, code: int | str, kind: type[SourceError], advice: str, status: int
) -> None:
    if (code, status) == (3, 500):
        pytest.skip("an unknown code with status 500 is a fault of the moment")
    world.last_fm.faults = [always(error(code, f"said\nso {KEY}", status))]

    failure = world.failure()

    assert type(failure) is kind and advice in str(failure) and "\n" not in str(failure)
    assert len(world.server.forms) == 1 and world.files() == []


def test_one_private_listener_does_not_stop_the_others(world: World) -> None:
    world.last_fm.faults = [always(error(17), lambda form: form["user"] == "berta")]
    client = world.client()
    with pytest.raises(PrivateListener):
        client.fetch_plays("berta", now=NOW)

    assert client.fetch_plays("anna", now=NOW).plays == 1100


def test_a_wrong_key_stops_everything(world: World) -> None:
    world.last_fm.faults = [once(error(10))]
    client = world.client()
    for listener in ("anna", "berta"):
        with pytest.raises(WrongKey):
            client.fetch_plays(listener, now=NOW)

    assert len(world.server.forms) == 1


def test_the_key_is_seen_nowhere(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    world.last_fm.faults = [once(error(29, f"key {KEY} is too fast"), times=3)]
    world.sync()
    world.last_fm.faults = [always(error(10, f"key {KEY}"))]

    assert KEY not in f"{world.failure()} {world.client()!r} {caplog.text}" and "***" in caplog.text
    assert not any(KEY in str(path) or KEY.encode() in path.read_bytes() for path in world.bronze.rglob("*.json"))
