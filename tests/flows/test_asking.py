"""Many questions are asked side by side, and every one of them is accounted for."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.asking import ASKED_AT_ONCE, AlreadyAsking, Asked, ask, most_valuable_first, only_one_asks
from flows.sources.answered import Answered
from flows.sources.breaker import FAILURES_TO_OPEN
from flows.sources.errors import SourceError, SourceUnavailable, WrongKey
from flows.sources.lastfm import LastFm
from flows.sources.pace import Pace
from jobs.questions import TOP_TRACKS, Question
from tests.flows.loopback import Form, Said, as_json, error, serving
from tests.flows.small_catalogue import SmallCatalogue, about
from tests.patience import PATIENCE

KEY = "9a7b330d3dc0ffee"
NOW = datetime(2024, 7, 1, 12, tzinfo=UTC)
MANY = [Question(TOP_TRACKS, artist=f"Artist {number}", value=1 - number / 1000) for number in range(200)]
UNKNOWN = {"Artist 7", "Artist 100"}


class Scripted:
    """A source that answers by a rule; it remembers what it was asked, in order."""

    def __init__(self, rule: Callable[[Question], bool] = lambda _: True) -> None:
        self.rule = rule
        self.asked: list[Question] = []

    def answer(self, question: Question, *, now: datetime, before_attempt: Callable[[], None]) -> Answered:
        before_attempt()
        self.asked.append(question)
        return Answered(question, Path("landed"), known=self.rule(question), calls=1)


class Home:
    """A catalogue on loopback, and what was landed of it by a client that never really sleeps."""

    def __init__(self, url: str, catalogue: SmallCatalogue, bronze: Path) -> None:
        self.catalogue, self.bronze = catalogue, bronze
        self.source = LastFm(url=url, key=KEY, pace=Pace(bronze, KEY, 0), bronze=bronze, sleep=lambda _: None)

    def ask(self, questions: list[Question] = MANY, budget: int | None = None) -> Asked:
        return ask(self.source, questions, now=NOW, budget=budget)

    def landed(self) -> set[str]:
        """The names of the files: they tell the subject and the body."""
        return {path.name for path in self.bronze.rglob("*") if path.is_file()}


@contextmanager
def home_in(bronze: Path) -> Iterator[Home]:
    catalogue = SmallCatalogue(unknown=UNKNOWN)
    with serving(catalogue) as server:
        yield Home(server.url, catalogue, bronze)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with home_in(tmp_path) as home:
        yield home


def total(asked: Asked) -> int:
    return asked.answered + asked.unknown + len(asked.failed) + asked.not_asked


# Every outcome is accounted for


def test_every_question_is_landed_and_counted(home: Home) -> None:
    asked = home.ask()

    assert asked == Asked(answered=198, unknown=2, calls=200)
    assert len(home.landed()) == 200


def test_nothing_to_ask_is_nothing_asked(home: Home) -> None:
    assert home.ask([]) == Asked()


def test_the_most_valuable_questions_are_asked_first() -> None:
    source = Scripted()
    ask(source, random.Random(1).sample(MANY, len(MANY)), now=NOW, threads=1)

    assert source.asked == MANY


def test_a_question_given_twice_is_asked_once_by_its_higher_value() -> None:
    low, other, high = (
        Question(TOP_TRACKS, artist=artist, value=value) for artist, value in (("A", 1), ("B", 2), ("A", 3))
    )

    assert most_valuable_first([low, other, high]) == [high, other]


def test_one_that_fails_costs_only_itself_and_is_landed_by_a_later_run(home: Home) -> None:
    home.catalogue.faults = [lambda form: error(8) if form["artist"] in ("Artist 3", "Artist 90") else None]
    first = home.ask()
    home.catalogue.faults = []
    second = home.ask(list(first.failed))

    assert {question.artist for question in first.failed} == {"Artist 3", "Artist 90"}
    assert all("Last.fm answered error 8" in why for why in first.failed.values())
    assert (total(first), first.calls, second.answered) == (200, 208, 2) and len(home.landed()) == 200


@pytest.mark.parametrize("seed", range(3))
def test_calls_that_fail_at_random_change_nothing_of_what_is_landed(home: Home, tmp_path: Path, seed: int) -> None:
    home.ask()
    undisturbed = home.landed()
    with home_in(tmp_path / "disturbed") as disturbed:
        disturbed.catalogue.faults = [sometimes(random.Random(seed))]
        asked = disturbed.ask()

    assert asked.calls > 210 and disturbed.landed() == undisturbed
    assert (asked.answered, asked.unknown, dict(asked.failed)) == (198, 2, {})


def sometimes(chance: random.Random) -> Callable[[Form], Said | None]:
    """One call in ten goes wrong, each time in another way."""
    pages = [as_json(about({"method": TOP_TRACKS, "artist": artist})) for artist in ("Cher", "Prodigy", "Slipknot")]
    cut = Said(b'{"toptracks": {"track": [', cut=True)
    wrong = [error(8), error(29, status=429), error("16", status=503), Said(b"<html>", 502), Said(b""), cut, *pages]
    return lambda form: chance.choice(wrong) if chance.random() < 0.1 else None


def test_a_killed_run_that_is_repeated_lands_every_answer_once(home: Home) -> None:
    killed = home.ask(budget=60)
    landed = home.landed()
    again = home.ask()

    assert (len(landed), killed.answered + killed.unknown) == (60, 60)
    assert landed < home.landed() and len(home.landed()) == total(again) == 200


def test_progress_is_told_after_each_in_the_caller_s_thread() -> None:
    told: list[tuple[int, int, int]] = []
    ask(Scripted(), MANY, now=NOW, progress=lambda done, of: told.append((done, of, threading.get_ident())))

    assert told == [(done, 200, threading.get_ident()) for done in range(1, 201)]


# What stops it


def test_a_budget_is_never_exceeded_not_even_by_retries(home: Home) -> None:
    home.catalogue.faults = [sometimes(random.Random(5))]
    asked = home.ask(budget=50)

    assert asked.calls == 50 and asked.stopped == "the budget of 50 calls is used up"
    assert total(asked) == 200 and 0 < len(home.landed()) == asked.answered + asked.unknown


@pytest.mark.parametrize("budget", [0, -1])
def test_without_a_budget_nothing_is_asked(budget: int) -> None:
    source = Scripted()

    assert ask(source, MANY, now=NOW, budget=budget).not_asked == 200 and source.asked == []


def test_a_budget_that_suffices_stops_nothing(home: Home) -> None:
    assert home.ask(budget=200) == Asked(answered=198, unknown=2, calls=200)


@pytest.mark.parametrize("code", [10, 26])
def test_a_refused_key_stops_everything_and_what_was_landed_stays(home: Home, code: int) -> None:
    calls = iter(range(1000))
    home.catalogue.faults = [lambda form: error(code, f"key {KEY}") if next(calls) >= 20 else None]

    with pytest.raises(WrongKey) as caught:
        home.ask()

    assert KEY not in str(caught.value) and len(home.landed()) == 20
    assert next(calls) <= 20 + ASKED_AT_ONCE


@pytest.mark.parametrize("fault", [error(8), error(29, status=429), Said(b"<html>Bad gateway</html>", 502)])
def test_a_source_that_is_down_is_not_asked_the_rest(home: Home, fault: Said) -> None:
    calls = iter(range(1000))
    home.catalogue.faults = [lambda form: fault if next(calls) >= 20 else None]

    asked = home.ask()

    assert (asked.answered + asked.unknown, len(home.landed())) == (20, 20)
    assert FAILURES_TO_OPEN <= len(asked.failed) <= 2 * FAILURES_TO_OPEN and total(asked) == 200
    assert "run it again later" in asked.stopped and next(calls) <= 20 + 5 * (FAILURES_TO_OPEN + ASKED_AT_ONCE)


def test_no_network_is_found_out_soon(home: Home, tmp_path: Path) -> None:
    nowhere = Home("http://127.0.0.1:9/2.0/", home.catalogue, tmp_path)

    asked = nowhere.ask()

    assert "no answer from 127.0.0.1:9" in asked.stopped or "will not be called" in asked.stopped
    assert asked.not_asked > 180 and total(asked) == 200


def test_failures_with_answers_in_between_stop_nothing() -> None:
    def rule(question: Question) -> bool:
        if int(question.artist.split()[1]) % FAILURES_TO_OPEN:
            raise SourceUnavailable("down")
        return True

    asked = ask(Scripted(rule), MANY, now=NOW, threads=1)

    assert (asked.answered, len(asked.failed), asked.stopped) == (40, 160, "")


def test_refused_questions_stop_no_others() -> None:
    def rule(question: Question) -> bool:
        raise SourceError("withdrawn")

    assert len(ask(Scripted(rule), MANY, now=NOW).failed) == 200


def test_a_full_disk_is_no_matter_of_one_question() -> None:
    def rule(question: Question) -> bool:
        raise OSError("no space left on device")

    source = Scripted(rule)
    with pytest.raises(OSError, match="no space left"):
        ask(source, MANY, now=NOW)
    assert len(source.asked) <= ASKED_AT_ONCE


def test_a_progress_that_breaks_ends_the_asking() -> None:
    def broken(done: int, of: int) -> None:
        raise ValueError(done)

    source = Scripted(slowly)
    with pytest.raises(ValueError, match="1"):
        ask(source, MANY, now=NOW, progress=broken)
    assert asked_after_a_while(source) < 3 * ASKED_AT_ONCE


def slowly(question: Question) -> bool:
    time.sleep(0.01)
    return True


def asked_after_a_while(source: Scripted) -> int:
    time.sleep(0.2)
    return len(source.asked)


def test_ctrl_c_ends_the_asking() -> None:
    source = Scripted(slowly)
    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()

    with pytest.raises(KeyboardInterrupt):
        ask(source, MANY, now=NOW)

    asked = len(source.asked)
    assert asked_after_a_while(source) <= asked + ASKED_AT_ONCE < len(MANY)


ASKS_FOR_EVER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from flows.asking import ask
from flows.sources.lastfm import LastFm
from flows.sources.pace import Pace
from jobs.questions import TOP_TRACKS, Question
source = LastFm(url=sys.argv[1], key="key", pace=Pace(Path("unused"), "key", 0), bronze=Path(sys.argv[2]))
ask(source, [Question(TOP_TRACKS, artist=str(number)) for number in range(100)], now=datetime.now(UTC))
"""


@pytest.mark.parametrize("answers_slowly", [True, False], ids=["slow answers", "long waits for a retry"])
def test_ctrl_c_ends_the_process_without_waiting_for_its_threads(tmp_path: Path, answers_slowly: bool) -> None:
    asked, over = threading.Event(), threading.Event()

    def answer(form: Form) -> Said:
        asked.set()
        over.wait(2 * PATIENCE * answers_slowly)
        return Said(b"", 503, {"Retry-After": str(PATIENCE)})

    with serving(answer) as server:
        client = subprocess.Popen(
            [sys.executable, "-c", ASKS_FOR_EVER, server.url, str(tmp_path)], stderr=subprocess.DEVNULL
        )
        assert asked.wait(PATIENCE)
        client.send_signal(signal.SIGINT)
        try:
            assert client.wait(PATIENCE / 3) != 0
        finally:
            over.set()
            client.kill()
            client.wait()


# One at a time


def test_a_home_is_asked_for_by_one_at_a_time(tmp_path: Path) -> None:
    with (
        only_one_asks(tmp_path / "a"),
        only_one_asks(tmp_path / "b"),
        pytest.raises(AlreadyAsking, match="run it again when that has finished"),
        only_one_asks(tmp_path / "a"),
    ):
        pass


def test_a_home_is_free_again_however_the_asking_ended(tmp_path: Path) -> None:
    with suppress(WrongKey), only_one_asks(tmp_path):
        raise WrongKey

    with only_one_asks(tmp_path), pytest.raises(AlreadyAsking), only_one_asks(tmp_path):
        pytest.fail("two hold one home")
