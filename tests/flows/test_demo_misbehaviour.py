"""The demo server goes wrong when told to: as often as told, and the same way every time."""

import asyncio
import json
import time
from collections import Counter
from typing import Any

import httpx
import pytest
from fastapi import Response

from flows.demo.calls import Call, Calls
from flows.demo.faults import disturbed
from flows.demo.misbehaviour import BadMisbehaviour, Fault, Misbehaviour, read_misbehaviour
from flows.demo.server import demo_server, respond
from flows.demo.world import World
from tests.flows.demo_requests import artist, ask, parameters, world

NEIGHBOURS = {"Kent": 1.0, "Slayer": 0.5}
WORLD = world(
    artist("Mew", {"Frengers": {"Special": 400, "156": 900}}, mbid="m-1", tags={"indie": 100}, similar=NEIGHBOURS),
    artist("Kent", tags={"swedish": 100}),
    artist("Slayer", tags={"metal": 100}),
)
TAGS = parameters("artist.getTopTags", artist="Mew")


def call(number: int = 1, attempt: int = 1, **params: str) -> Call:
    return Call(tuple(sorted({"method": "artist.getTopTags", **params}.items())), number, attempt)


def faults(misbehaviour: Misbehaviour, number: int = 4000) -> Counter[Fault | None]:
    return Counter(misbehaviour.fault(call(one, artist=f"artist {one}")) for one in range(1, number + 1))


def sent(misbehaviour: Misbehaviour, params: dict[str, str] = TAGS, of: World = WORLD, attempt: int = 1) -> Response:
    calls = Calls()
    for _ in range(attempt - 1):
        calls.note(params)
    return asyncio.run(disturbed(of, misbehaviour, calls.note(params), params, respond))


def content(misbehaviour: Misbehaviour, method: str, **params: object) -> Any:
    return json.loads(bytes(sent(misbehaviour, parameters(method, **params)).body))


def test_as_many_calls_go_wrong_as_were_asked_for() -> None:
    counted = faults(Misbehaviour(error8=0.1, html=0.05, truncated=0.2))
    expected = {Fault.ERROR8: 0.1, Fault.HTML: 0.05, Fault.TRUNCATED: 0.2, None: 0.65}

    assert {fault: count / 4000 for fault, count in counted.items()} == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("fault", list(Fault))
def test_a_share_of_one_is_every_call_and_none_is_none(fault: Fault) -> None:
    assert faults(read_misbehaviour(f"{fault}=1"), 200) == {fault: 200}
    assert faults(Misbehaviour(), 200) == {None: 200}


def test_the_same_seed_goes_wrong_the_same_way_whatever_the_order_of_calls() -> None:
    first, again, other = (
        [Misbehaviour(error8=0.5, seed=seed).fault(call(number, artist=name)) for name, number in numbered]
        for seed, numbered in (
            (1, [(f"artist {n}", n) for n in range(50)]),
            (1, [(f"artist {n}", 99 - n) for n in range(50)]),
            (2, [(f"artist {n}", n) for n in range(50)]),
        )
    )

    assert first == again != other


def test_asking_again_may_help() -> None:
    misbehaviour = Misbehaviour(error8=0.5)

    assert {misbehaviour.fault(call(attempt=attempt)) for attempt in range(1, 20)} == {Fault.ERROR8, None}


def test_in_a_storm_one_call_after_the_other_fails() -> None:
    misbehaviour = Misbehaviour(storm=0.02, storm_calls=15)
    weather = "".join("x" if misbehaviour.fault(call(number)) else "." for number in range(1, 2001))

    failures = [run for run in weather.split(".") if run]
    assert 10 < len(failures) < 60 and min(map(len, failures[:-1])) >= 15
    assert faults(misbehaviour).keys() == {Fault.ERROR8, None}


def test_a_key_is_suspended_for_good_after_some_calls() -> None:
    misbehaviour = Misbehaviour(suspended_after=3)

    assert [misbehaviour.fault(call(number)) for number in (1, 3, 4, 5000)] == [None, None, *[Fault.ERROR26] * 2]


def test_methods_that_are_not_concerned_are_answered_well() -> None:
    misbehaviour = Misbehaviour(error8=1, storm=1, poison=1, suspended_after=0, only="artist.getS")

    assert misbehaviour.fault(call()) is None and content(misbehaviour, "artist.getTopTags", artist="Mew") == ask(
        WORLD, "artist.getTopTags", artist="Mew"
    )
    assert misbehaviour.fault(Call((("method", "artist.getsimilar"),), 1, 1)) is Fault.ERROR26


def test_error_8_comes_with_any_status_and_now_and_then_as_a_string() -> None:
    responses = [sent(Misbehaviour(error8=1), attempt=attempt) for attempt in range(1, 80)]

    assert {response.status_code for response in responses} >= {200, 400, 404, 429, 500, 503}
    assert {json.loads(bytes(response.body))["error"] for response in responses} == {8, "8"}


def test_error_29_names_a_wait_or_does_not() -> None:
    without, with_wait = sent(Misbehaviour(error29=1)), sent(Misbehaviour(error29_after=1))

    assert "retry-after" not in without.headers and with_wait.headers["retry-after"] == "1"
    assert {json.loads(bytes(one.body))["error"] for one in (without, with_wait)} == {29}


def test_a_suspended_key_is_error_26() -> None:
    response = sent(Misbehaviour(error26=1))

    assert (response.status_code, json.loads(bytes(response.body))["error"]) == (403, 26)


def test_an_error_is_xml_for_those_who_read_xml() -> None:
    response = sent(Misbehaviour(error8=1), {**TAGS, "format": ""})

    assert b'<error code="8">' in bytes(response.body)


def test_html_and_nothing_come_with_status_200() -> None:
    html, empty = sent(Misbehaviour(html=1)), sent(Misbehaviour(empty=1))

    assert bytes(html.body).startswith(b"<!DOCTYPE html>") and html.headers["content-type"].startswith("text/html")
    assert (html.status_code, empty.status_code, bytes(empty.body)) == (200, 200, b"")


def test_a_byte_order_mark_stands_before_the_right_answer() -> None:
    body = bytes(sent(Misbehaviour(bom=1)).body)

    assert body.startswith(b"\xef\xbb\xbf") and body[3:] == bytes(respond(WORLD, TAGS).body)


def test_truncated_json_is_the_beginning_of_the_right_answer_and_never_all_of_it() -> None:
    whole = bytes(respond(WORLD, TAGS).body)
    parts = [bytes(sent(Misbehaviour(truncated=1), attempt=attempt).body) for attempt in range(1, 40)]

    assert all(whole.startswith(part) and 0 < len(part) < len(whole) for part in parts)
    assert len(set(map(len, parts))) > 20


@pytest.mark.parametrize(
    ("method", "params", "about"),
    [
        ("artist.getTopTracks", {"artist": "Mew"}, "artist"),
        ("artist.getSimilar", {"mbid": "m-1"}, "artist"),
        ("tag.getTopTracks", {"tag": "Indie"}, "tag"),
        ("user.getRecentTracks", {"user": "Moss_Radio"}, "user"),
        ("track.getTopTags", {"artist": "Mew", "track": "156"}, "artist"),
    ],
)
def test_a_page_about_something_else_is_a_sound_page(method: str, params: dict[str, str], about: str) -> None:
    (answer,) = content(Misbehaviour(other=1), method, **params).values()

    assert answer["@attr"][about].lower() not in {value.lower() for value in ("Mew", *params.values())}
    assert "error" not in answer


def test_another_album_is_one_of_another_artist() -> None:
    album = content(Misbehaviour(other=1), "album.getInfo", artist="Mew", album="Frengers")["album"]

    assert (album["name"], album["artist"]) in {("Only", "Kent"), ("Only", "Slayer")}


def test_a_catalogue_of_one_artist_has_no_other_page() -> None:
    alone = world(artist("Mew", tags={"indie": 100}))

    assert bytes(sent(Misbehaviour(other=1), of=alone).body) == bytes(respond(alone, TAGS).body)


def test_poisoned_numbers_are_impossible_and_typed_as_before() -> None:
    everything = Misbehaviour(poison=1)
    similar = content(everything, "artist.getSimilar", artist="Mew")["similarartists"]["artist"]
    track = content(everything, "artist.getTopTracks", artist="Mew")["toptracks"]["track"][0]

    assert [row["match"] for row in similar] == ["7.3", "7.3"]
    assert (track["playcount"], track["listeners"]) == ("-9", "-9")
    assert content(everything, "artist.getTopAlbums", artist="Mew")["topalbums"]["album"]["playcount"] == -9
    assert content(everything, "artist.getTopTags", artist="Mew")["toptags"]["tag"]["count"] == -100


def test_some_numbers_are_poisoned_and_the_same_ones_when_asked_again() -> None:
    large = world(artist("Mew", {"All": {f"track {number}": 10 + number for number in range(200)}}))
    asked = parameters("artist.getTopTracks", artist="Mew", limit=200)
    first, again = (
        json.loads(bytes(sent(Misbehaviour(poison=0.1), asked, large, attempt).body))["toptracks"]["track"]
        for attempt in (1, 2)
    )

    assert first == again and 5 < sum(row["playcount"] == "-9" for row in first) < 40


def test_listeners_plays_are_never_poisoned() -> None:
    profile = content(Misbehaviour(poison=1), "user.getInfo", user="moss_radio")

    assert profile == ask(WORLD, "user.getInfo", user="moss_radio")


def test_a_slow_answer_is_right_and_holds_up_nobody_else() -> None:
    slow = Misbehaviour(slow=1, slow_seconds=1, only="artist.getInfo")
    with demo_server(WORLD, misbehaviour=slow) as url, httpx.Client() as client:
        started = time.monotonic()
        client.post(url, data=TAGS)
        at_once = time.monotonic() - started
        late = client.post(url, data=parameters("artist.getInfo", artist="Mew")).json()

    assert at_once < 1 <= time.monotonic() - started
    assert late == ask(WORLD, "artist.getInfo", artist="Mew")


def test_a_misbehaving_server_fails_and_recovers_over_http() -> None:
    calls = Calls()
    with (
        demo_server(WORLD, misbehaviour=Misbehaviour(error8=0.5, seed=3), calls=calls) as url,
        httpx.Client() as client,
    ):
        answers = [client.post(url, data=TAGS) for _ in range(20)]

    assert {"error" in answer.json() for answer in answers} == {True, False} and calls.total == 20


def test_switches_are_read_as_on_the_command_line() -> None:
    read = read_misbehaviour(" error8=0.1, html=.05,storm_calls=4,only=artist.,seed=7,")

    assert read == Misbehaviour(error8=0.1, html=0.05, storm_calls=4, only="artist.", seed=7)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("eror8=0.1", '"eror8" is not a misbehaviour: choose from error8, '),
        ("error8=lots", 'error8 must be a number, not "lots"'),
        ("error8", 'error8 must be a number, not ""'),
        ("seed=1.5", 'seed must be a whole number, not "1.5"'),
        ("error8=1.5", "error8=1.5: set a share of calls to a number from 0 to 1"),
        ("html=nan", "html=nan: set a share"),
        ("poison=-1", "poison=-1.0: set a share"),
        ("error8=0.6,html=0.6", "error8 [+] html add up to more than 1"),
        ("storm=0.1,storm_calls=0", "storm_calls must be 1 or more"),
        ("slow_seconds=inf", "slow_seconds from 0 to 3600"),
    ],
)
def test_a_wrong_switch_is_named_in_one_line(text: str, complaint: str) -> None:
    with pytest.raises(BadMisbehaviour, match=complaint) as refused:
        read_misbehaviour(text)

    assert "\n" not in str(refused.value)
