"""What a demo server was asked can be counted while it serves."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx

from flows.demo.calls import Calls
from flows.demo.server import demo_server
from tests.flows.demo_requests import artist, parameters, world

WORLD = world(artist("Mew", tags={"indie": 100}))
TAGS = parameters("artist.getTopTags", artist="Mew")
TRACKS = parameters("artist.getTopTracks", artist="Mew", limit=50)


def noted(*requests: dict[str, str]) -> Calls:
    calls = Calls()
    for request in requests:
        calls.note(request)
    return calls


def test_calls_are_counted_by_method_and_by_question() -> None:
    calls = noted(TAGS, TRACKS, TRACKS)

    assert calls.total == 3
    assert calls.by_method() == {"artist.getTopTags": 1, "artist.getTopTracks": 2}
    assert sorted(calls.by_question().values()) == [1, 2]


def test_requests_with_some_parameters_are_counted_whatever_else_they_ask() -> None:
    calls = noted(TAGS, TRACKS, {**TRACKS, "artist": "Kent"})

    assert calls.count(artist="Mew") == 2
    assert calls.count(method="artist.getTopTracks", artist="Mew") == 1


def test_a_key_is_not_kept_and_makes_no_other_question() -> None:
    calls = noted(TAGS, {**TAGS, "api_key": "s3cret-key", "api_sig": "s3cret-sig", "sk": "s3cret-session"})

    assert calls.requests()[1] == {"method": "artist.getTopTags", "artist": "Mew"}
    assert set(calls.by_question().values()) == {2}
    assert "s3cret" not in repr(vars(calls))


def test_a_call_knows_its_number_and_how_often_the_same_was_asked() -> None:
    calls = Calls()
    made = [calls.note(request) for request in (TAGS, TRACKS, TAGS)]

    assert [(call.number, call.attempt) for call in made] == [(1, 1), (2, 1), (3, 2)]


def test_counting_begins_anew_after_clearing() -> None:
    calls = noted(TAGS, TRACKS)
    calls.clear()

    assert calls.note(TAGS).number == 1 and calls.by_question().total() == 1


def test_threads_may_note_at_once() -> None:
    calls = Calls()
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: calls.note(TAGS), range(2000)))

    assert sorted(call.number for call in made) == sorted(call.attempt for call in made) == list(range(1, 2001))


def test_a_server_notes_every_request_in_the_order_they_came() -> None:
    calls = Calls()
    with demo_server(WORLD, calls=calls) as url:
        httpx.post(url, data=TAGS)
        httpx.get(url, params=TRACKS)

    assert [request["method"] for request in calls.requests()] == ["artist.getTopTags", "artist.getTopTracks"]
    assert calls.by_method() == Counter({"artist.getTopTags": 1, "artist.getTopTracks": 1})
