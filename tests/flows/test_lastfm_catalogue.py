"""A question about music is answered by one file, landed whole, whatever the server does meanwhile."""

import gzip
import hashlib
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from flows.sources.answered import Answered
from flows.sources.errors import MethodWithdrawn, SourceError, SourceUnavailable, WrongKey
from flows.sources.lastfm import LastFm
from flows.sources.lastfm_catalogue import METHODS, subject_of
from flows.sources.names import alike, canonical, same_letters
from flows.sources.pace import Pace
from jobs import questions, spelling
from jobs.questions import Question
from tests.flows.loopback import Said, Server, as_json, error, serving
from tests.flows.small_catalogue import QUESTIONS, SmallCatalogue, about

KEY = "9a7b330d3dc0ffee"
NOW = datetime(2024, 7, 1, 12, tzinfo=UTC)
CORNELL = QUESTIONS["artist.getTopTracks"]
METAL = QUESTIONS["tag.getTopTracks"]
DOIS = QUESTIONS["album.getInfo"]


class World:
    """A server, a bronze folder, and a client that never really sleeps."""

    def __init__(self, server: Server, catalogue: SmallCatalogue, bronze: Path) -> None:
        self.server, self.catalogue, self.bronze = server, catalogue, bronze
        pace = Pace(Path("unused"), KEY, 0)
        self.client = LastFm(url=server.url, key=KEY, pace=pace, bronze=bronze, sleep=lambda _: None)

    def answer(self, question: Question, now: datetime = NOW) -> Answered:
        return self.client.answer(question, now=now)

    def failure(self, question: Question) -> SourceError:
        with pytest.raises(SourceError) as caught:
            self.answer(question)
        return caught.value

    def says(self, *replies: Said) -> None:
        """One reply after the other, then what is true."""
        left = iter(replies)
        self.catalogue.faults = [lambda form: next(left, None)]

    def says_for_good(self, reply: Said) -> None:
        self.catalogue.faults = [lambda form: reply]

    def files(self) -> list[Path]:
        return sorted(path for path in self.bronze.rglob("*") if path.is_file())


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    catalogue = SmallCatalogue(unknown={"Nobody"})
    with serving(catalogue) as server:
        yield World(server, catalogue, tmp_path)


def envelope(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    return content


def told(question: Question, **other: str) -> Said:
    """The answer to a question, or to one about another name than was asked."""
    names = {name: str(getattr(question, name)) for name in ("artist", "album", "track", "tag")}
    return as_json(about({"method": question.method, **names, **other}))


# What is sent and landed


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_an_answer_is_one_file_with_what_was_asked_and_the_body_as_sent(world: World, question: Question) -> None:
    answered = world.answer(question)

    content = envelope(answered.path)
    form = {name: value for name, value in world.server.forms[0].items() if name not in ("api_key", "format")}
    assert world.files() == [answered.path] and (answered.known, answered.calls) == (True, 1)
    assert content["request"] == {"source": "lastfm", "listener": "", **form, "asked_at": NOW.isoformat()}
    assert content["body"] == world.catalogue(world.server.forms[0]).body.decode()
    assert (content["fetched_at"], content["status"]) == (NOW.isoformat(), 200)


def test_every_method_that_is_used_can_be_asked() -> None:
    assert set(METHODS) == set(QUESTIONS) == set(questions.METHODS)


@pytest.mark.parametrize(
    ("method", "options"),
    [
        ("artist.getSimilar", {"limit": "20", "autocorrect": "1"}),
        ("artist.getTopTracks", {"limit": "50", "autocorrect": "1"}),
        ("artist.getTopAlbums", {"limit": "10", "autocorrect": "1"}),
        ("artist.getTopTags", {"autocorrect": "1"}),
        ("artist.getInfo", {"autocorrect": "1"}),
        ("album.getInfo", {"autocorrect": "1"}),
        ("track.getTopTags", {"autocorrect": "1"}),
        ("track.getInfo", {"autocorrect": "1"}),
        ("tag.getTopTracks", {"limit": "100"}),
    ],
)
def test_a_method_is_sent_its_own_parameters_and_no_others(world: World, method: str, options: dict[str, str]) -> None:
    question = QUESTIONS[method]
    world.answer(question)

    names = {name: str(getattr(question, name)) for name in ("artist", "album", "track", "tag")}
    subject = {name: value for name, value in names.items() if value}
    assert world.server.forms == [{"method": method, "api_key": KEY, "format": "json", **subject, **options}]
    assert KEY not in world.server.lines[0]


def test_a_file_lies_under_its_method_and_day_and_is_named_by_subject_and_batch(world: World) -> None:
    path = world.answer(DOIS, NOW.astimezone(timezone(timedelta(hours=14)))).path

    subject = hashlib.sha256("dois|legião urbana".encode()).hexdigest()[:16]
    body = envelope(path)["body"]
    identity = ["album.getInfo", "Legião Urbana", "Dois", "", "", "2024-07-01T12:00:00+00:00", "lastfm", body]
    batch_id = hashlib.sha256("\n".join(identity).encode()).hexdigest()
    assert path == world.bronze / "lastfm/album.getinfo/2024-07-01" / f"{subject}.{batch_id}.json.gz"


def test_the_same_answer_to_the_same_question_is_landed_once(world: World) -> None:
    assert world.answer(CORNELL).path == world.answer(CORNELL).path

    assert len(world.files()) == 1


def test_the_same_answer_a_week_later_is_another_batch_of_the_same_subject(world: World) -> None:
    first, second = world.answer(CORNELL).path, world.answer(CORNELL, NOW + timedelta(days=7)).path

    assert first.name.split(".")[0] == second.name.split(".")[0]
    assert first.name != second.name and second.parent.name == "2024-07-08"


def test_spellings_of_one_artist_are_one_subject_and_two_artists_are_two() -> None:
    spellings = ["Guns N\u2019 Roses", " guns  n' ROSES", "Guns\u00a0N' Roses\u200b"]
    subjects = {subject_of(Question("artist.getInfo", artist=artist)) for artist in spellings}

    assert subjects == {"guns n' roses"}
    assert subject_of(Question("track.getInfo", track="Hurt", artist="Johnny Cash")) == "hurt|johnny cash"
    assert subject_of(Question("tag.getTopTracks", tag=" Trip-Hop ")) == "trip-hop"


def test_names_that_are_numbers_are_names(world: World) -> None:
    world.says(as_json({"artist": {"name": 1995, "mbid": ""}}))

    assert world.answer(Question("artist.getInfo", artist="1995")).calls == 1


@pytest.mark.parametrize(
    "question", [Question("artist.getInfo", artist="  "), Question("album.getInfo", artist="Cher")]
)
def test_a_question_about_nothing_is_not_asked(world: World, question: Question) -> None:
    assert "'s name: give one" in str(world.failure(question))
    assert world.server.forms == [] and world.files() == []


# What Last.fm does not know


@pytest.mark.parametrize("code", [6, "6"])
@pytest.mark.parametrize("status", [200, 400, 404, 500])
def test_an_unknown_subject_is_landed_as_unknown_and_not_asked_twice(
    world: World, code: int | str, status: int
) -> None:
    world.says_for_good(error(code, "The artist you supplied could not be found", status))

    answered = world.answer(CORNELL)

    assert not answered.known and answered.calls == 1
    assert json.loads(envelope(answered.path)["body"])["error"] == code
    assert envelope(answered.path)["status"] == status


@pytest.mark.parametrize("message", ["Invalid parameters - Your request is missing a parameter", "limit param too big"])
def test_a_bad_parameter_is_not_taken_for_an_unknown_subject(world: World, message: str) -> None:
    world.says_for_good(error(6, message))

    assert "please report it" in str(world.failure(CORNELL))
    assert len(world.server.forms) == 1 and world.files() == []


@pytest.mark.parametrize("none", [[], "", None, {}])
def test_a_known_subject_without_rows_is_an_answer(world: World, none: object) -> None:
    world.says(as_json({"tracks": {"track": none, "@attr": {"tag": "Metal", "page": "1", "total": "0"}}}))

    answered = world.answer(METAL)

    assert answered.known and answered.calls == 1


# What passes by itself


FAULTS = [
    error(8, "Operation failed - Something went wrong"),
    error(8, "Operation failed", status=500),
    error("11"),
    error(16, status=503),
    error(29, "Rate limit exceeded", status=429),
    Said(b"<html><body>502 Bad Gateway</body></html>", 502),
    Said(b"<!DOCTYPE html><p>Back soon</p>"),
    Said(b""),
    Said(b"", 500),
    Said(b'{"toptracks": {"track": [{"na'),
    Said(b'{"toptracks": {"track": []', cut=True),
    Said(b"\xff\xfe{}"),
    Said(b"[]"),
    Said(b"{}"),
    as_json({"toptracks": []}),
    as_json({"toptracks": {"track": []}}),
    as_json({"toptracks": {"track": [], "@attr": {"artist": " "}}}),
    as_json({"toptracks": {"track": [], "@attr": {"artist": None}}}),
    as_json({"toptags": {"tag": [], "@attr": {"artist": "Chris Cornell"}}}),
    as_json({"toptracks": {"track": [], "@attr": {"artist": "Chris Cornell", "total": "21406"}}}),
    as_json({"message": "slow down"}, 429),
    as_json({"error": None, "message": "?"}),
    error(0),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.status} {fault.body.decode('latin-1')[:60]}")
def test_what_passes_by_itself_is_asked_again_and_never_landed(world: World, fault: Said) -> None:
    world.says(fault, fault)

    answered = world.answer(CORNELL)

    assert answered.calls == 3 and world.files() == [answered.path]
    assert "You Know My Name" in envelope(answered.path)["body"]


@pytest.mark.parametrize("fault", FAULTS[:12], ids=lambda fault: f"{fault.status} {fault.body.decode('latin-1')[:60]}")
def test_what_does_not_pass_is_given_up_and_never_landed(world: World, fault: Said) -> None:
    world.says_for_good(fault)

    assert isinstance(world.failure(CORNELL), SourceUnavailable)
    assert len(world.server.forms) == 5 and world.files() == []


def test_a_list_that_stays_forgotten_is_not_taken_for_an_empty_one(world: World) -> None:
    world.says_for_good(as_json({"toptracks": {"track": "", "@attr": {"artist": "Chris Cornell", "total": 21406}}}))

    assert "sent none of the 21406 rows about 'Chris Cornell'" in str(world.failure(CORNELL))
    assert len(world.server.forms) == 3 and world.files() == []


# A page about something else


OTHERS = {
    "artist.getSimilar": {"artist": "Cher"},
    "artist.getTopTracks": {"artist": "Cher"},
    "artist.getTopAlbums": {"artist": "Cher"},
    "artist.getTopTags": {"artist": "Cher"},
    "artist.getInfo": {"artist": "Cher"},
    "album.getInfo": {"album": "Believe"},
    "track.getTopTags": {"track": "Roads"},
    "track.getInfo": {"artist": "Cher"},
    "tag.getTopTracks": {"tag": "nu metal"},
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_a_page_about_something_else_is_asked_for_again_and_not_landed(world: World, question: Question) -> None:
    world.says(told(question, **OTHERS[question.method]))

    answered = world.answer(question)

    assert answered.calls == 2 and world.files() == [answered.path]
    assert envelope(answered.path)["body"] == told(question).body.decode()


@pytest.mark.parametrize(("question", "other"), [(METAL, {"tag": "nu metal"}), (DOIS, {"album": "Dois II"})])
def test_another_tag_or_album_is_never_believed(world: World, question: Question, other: dict[str, str]) -> None:
    world.says_for_good(told(question, **other))

    failure = world.failure(question)

    assert f"answered about '{next(iter(other.values()))}', 3 times" in str(failure)
    assert not isinstance(failure, SourceUnavailable)
    assert len(world.server.forms) == 3 and world.files() == []


@pytest.mark.parametrize(
    ("asked", "renamed"),
    [
        ("Bjork", "Björk"),
        ("beatles", "The Beatles"),
        ("Guns and Roses", "Guns N\u2019 Roses"),
        ("Beyonce Knowles", "Beyoncé"),
        ("ACDC", "AC/DC"),
        ("Metalica", "Metallica"),
    ],
)
def test_a_corrected_name_is_an_answer(world: World, asked: str, renamed: str) -> None:
    world.catalogue.renamed = {asked: renamed}

    answered = world.answer(Question("artist.getTopTracks", artist=asked))

    assert answered.calls == 1 and envelope(answered.path)["request"]["artist"] == asked
    assert renamed in json.loads(envelope(answered.path)["body"])["toptracks"]["@attr"].values()


def test_a_name_that_nothing_but_the_source_connects_is_believed_when_it_stays(world: World) -> None:
    world.catalogue.renamed = {"GNR": "Guns N' Roses"}

    answered = world.answer(Question("artist.getSimilar", artist="GNR"))

    assert answered.calls == 3 and envelope(answered.path)["request"]["artist"] == "GNR"


def test_mixed_up_pages_that_differ_are_not_a_new_name(world: World) -> None:
    others = ("Cher", "Prodigy", "Cher", "Prodigy")
    world.says(*(told(CORNELL, artist=artist) for artist in others))

    assert envelope(world.answer(CORNELL).path)["body"] == told(CORNELL).body.decode()


def test_symbols_are_names_too() -> None:
    assert alike("!!!", "!!!") and not alike("!!!", "???") and not alike("!!!", "Cher")
    assert same_letters("The The", "the the") and not same_letters("Greatest Hits", "Greatest Hits II")


def test_a_name_is_spelt_here_as_in_the_lake() -> None:
    counterparts = zip(spelling.VARIANTS, spelling.PLAIN, strict=False)
    assert all(canonical(f"A{variant}b") == f"a{plain}b" for variant, plain in counterparts)
    assert all(canonical(f"A{nothing}b") == "ab" for nothing in spelling.ZERO_WIDTH)
    assert canonical("\u3000A\u00a0\t\u001fB ") == "a b"


# What ends it


@pytest.mark.parametrize("code", [10, "26"])
@pytest.mark.parametrize("status", [200, 403])
def test_a_wrong_key_ends_it_at_once_and_for_every_question(world: World, code: int | str, status: int) -> None:
    world.says(error(code, "Suspended API key", status))

    assert isinstance(world.failure(CORNELL), WrongKey)
    assert isinstance(world.failure(METAL), WrongKey)
    assert len(world.server.forms) == 1 and world.files() == []


def test_a_refusal_is_no_answer(world: World) -> None:
    world.says_for_good(error(27, "This method has been withdrawn"))

    assert isinstance(world.failure(CORNELL), MethodWithdrawn) and world.files() == []


def test_whoever_counts_the_calls_may_end_them(world: World) -> None:
    class Enough(Exception):
        pass

    def refuse() -> None:
        raise Enough

    with pytest.raises(Enough):
        world.client.answer(CORNELL, now=NOW, before_attempt=refuse)
    assert world.server.forms == []


def test_the_key_is_seen_nowhere(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    world.says(error(29, f"key {KEY} is too fast"), told(CORNELL, artist=f"Key {KEY}"))
    answered = world.answer(CORNELL)
    world.says_for_good(told(METAL, tag=KEY))
    elsewhere = world.failure(METAL)
    world.says_for_good(error(10, f"key {KEY}"))
    failure = world.failure(METAL)

    assert KEY not in f"{failure} {failure!r} {elsewhere} {world.client!r} {answered!r} {caplog.text}"
    assert failure.__context__ is None and "***" in caplog.text and "***" in str(elsewhere)
    assert not any(KEY in str(path) or KEY.encode() in gzip.decompress(path.read_bytes()) for path in world.files())
