"""A source is asked patiently, left alone when it is down, and the key is seen nowhere."""

import logging
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from flows.sources.breaker import COOLING_SECONDS, FAILURES_TO_OPEN
from flows.sources.errors import Overloaded, SourceError, SourceUnavailable, Transient, UnknownListener, WrongKey
from flows.sources.http import LONGEST_WAIT_SECONDS, Session
from flows.sources.pace import Pace
from flows.sources.reply import Reply
from tests.flows.loopback import Said, Server, serving

KEY = "0123456789abcdef/SECRET"
NOWHERE = "http://127.0.0.1:9/2.0/"


class Clock:
    """Time that passes only by sleeping; it remembers the naps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.naps: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds


class Script:
    """Says one thing after the other, and the last one for good."""

    def __init__(self, *said: Said) -> None:
        self.said = list(said)

    def __call__(self, form: dict[str, str]) -> Said:
        return self.said.pop(0) if len(self.said) > 1 else self.said[0]


GOOD = Said(b"good")
BROKEN = Said(b"<html>Bad gateway</html>", 502)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def session(url: str, clock: Clock) -> Session:
    pace = Pace(Path("unused"), KEY, 0)
    return Session(url, set_by="THE_URL", pace=pace, secrets=(KEY,), sleep=clock.sleep, clock=clock)


def accept(reply: Reply) -> str:
    if reply.body != b"good":
        raise Transient(f"status {reply.status}, {reply.body.decode()}", asks_too_much=reply.status == 500)
    return reply.body.decode()


def refuse(reply: Reply) -> str:
    raise UnknownListener("nobody of that name")


def ask(source: Session) -> str:
    return source.post({"api_key": KEY, "user": "anna"}, accept)


def failure_of(source: Session) -> SourceError:
    with pytest.raises(SourceError) as caught:
        ask(source)
    return caught.value


@pytest.fixture
def down() -> Iterator[Server]:
    with serving(Script(BROKEN)) as server:
        yield server


def test_parameters_go_in_the_body_and_a_name_goes_along(clock: Clock) -> None:
    with serving(Script(GOOD)) as server:
        ask(session(server.url, clock))

    assert server.forms == [{"api_key": KEY, "user": "anna"}]
    assert server.lines == ["POST /2.0/ HTTP/1.1"]
    assert server.headers[0]["User-Agent"].startswith("Segue/")
    assert server.headers[0]["User-Agent"].endswith("(+self-hosted)")


def test_what_passes_is_tried_again_with_growing_pauses(clock: Clock) -> None:
    with serving(Script(BROKEN, Said(b""), Said(b"goo", cut=True), GOOD)) as server:
        assert ask(session(server.url, clock)) == "good"

    assert len(server.forms) == 4 and sorted(clock.naps) == clock.naps


@pytest.mark.parametrize(("asked", "waited"), [("7", 7), ("86400", LONGEST_WAIT_SECONDS), ("soon", 2)])
def test_the_server_says_how_long_to_wait_within_reason(clock: Clock, asked: str, waited: float) -> None:
    with serving(Script(Said(b"slow down", 429, {"Retry-After": asked}), GOOD)) as server:
        ask(session(server.url, clock))

    assert clock.naps == [pytest.approx(waited, abs=1)]


def test_the_time_to_wait_may_come_as_a_date(clock: Clock) -> None:
    started = datetime.now(UTC)
    later = format_datetime(started + timedelta(seconds=20), usegmt=True)
    with serving(Script(Said(b"slow down", 503, {"Retry-After": later}), GOOD)) as server:
        ask(session(server.url, clock))

    (nap,) = clock.naps
    # The date has whole seconds, and some time has passed when it is read.
    passed = (datetime.now(UTC) - started).total_seconds()
    assert 20 - 1 - passed <= nap <= 20


def test_a_server_that_stays_broken_is_given_up_with_the_last_reason(clock: Clock, down: Server) -> None:
    failure = failure_of(session(down.url, clock))

    assert isinstance(failure, SourceUnavailable) and not isinstance(failure, Overloaded)
    assert "failed 5 times in a row, most recently with: status 502" in str(failure)


def test_a_request_that_may_ask_too_much_says_so(clock: Clock) -> None:
    with serving(Script(Said(b"oops", 500))) as server:
        assert isinstance(failure_of(session(server.url, clock)), Overloaded)


def test_no_network_names_the_host_and_what_to_check(clock: Clock) -> None:
    failure = failure_of(session(NOWHERE, clock))

    assert isinstance(failure, SourceUnavailable)
    assert str(failure).startswith("no answer from 127.0.0.1:9: Connection refused; check the network and THE_URL")


def test_a_refusal_is_not_tried_again(clock: Clock) -> None:
    with serving(Script(GOOD)) as server, pytest.raises(UnknownListener):
        session(server.url, clock).post({}, refuse)

    assert len(server.forms) == 1 and clock.naps == []


def test_a_redirect_is_not_followed_with_the_key(clock: Clock) -> None:
    with serving(Script(GOOD)) as elsewhere, serving(Script(Said(b"", 307, {"Location": elsewhere.url}))) as server:
        failure_of(session(server.url, clock))

    assert elsewhere.forms == []


def test_after_failures_in_a_row_the_source_is_left_alone(clock: Clock, down: Server) -> None:
    source = session(down.url, clock)
    for _ in range(FAILURES_TO_OPEN):
        failure_of(source)
    asked = len(down.forms)

    assert "will not be called for 60 s" in str(failure_of(source))
    assert len(down.forms) == asked


def test_after_a_while_one_good_answer_closes_the_circuit(clock: Clock) -> None:
    tries = [BROKEN] * 5 * FAILURES_TO_OPEN
    with serving(Script(*tries, GOOD)) as server:
        source = session(server.url, clock)
        for _ in range(FAILURES_TO_OPEN):
            failure_of(source)
        clock.now += COOLING_SECONDS

        assert [ask(source), ask(source)] == ["good", "good"]


def test_after_a_while_one_bad_answer_opens_the_circuit_again(clock: Clock, down: Server) -> None:
    source = session(down.url, clock)
    for _ in range(FAILURES_TO_OPEN):
        failure_of(source)
    clock.now += COOLING_SECONDS

    assert "most recently with" in str(failure_of(source))
    assert "will not be called" in str(failure_of(source))


def test_a_refusal_counts_as_an_answer(clock: Clock, down: Server) -> None:
    source = session(down.url, clock)
    for _ in range(FAILURES_TO_OPEN - 1):
        failure_of(source)
    with pytest.raises(UnknownListener):
        source.post({}, refuse)

    assert "most recently with" in str(failure_of(source))
    assert "most recently with" in str(failure_of(source))


def test_after_a_wrong_key_nothing_is_sent_any_more(clock: Clock) -> None:
    def wrong(reply: Reply) -> str:
        raise WrongKey("the key is not valid")

    with serving(Script(GOOD)) as server:
        source = session(server.url, clock)
        with pytest.raises(WrongKey):
            source.post({}, wrong)
        assert isinstance(failure_of(source), WrongKey)

    assert len(server.forms) == 1


def test_the_key_is_in_no_error_no_log_and_no_repr(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    echoes = Script(Said(f"<p>{KEY}</p>\n{KEY.upper()} 0123456789abcdef%2Fsecret".encode(), 503))
    with serving(echoes) as server:
        sources = [session(server.url, clock), session(NOWHERE, clock)]
        failures = [failure_of(source) for source in sources]

    seen = "".join(written(failure) for failure in failures) + repr(sources) + caplog.text
    assert "retrying" in caplog.text and "***" in seen
    assert "0123456789abcdef" not in seen and "secret" not in seen.lower()
    assert all("\n" not in str(failure) for failure in failures)


def written(failure: BaseException) -> str:
    """All that can be printed of it, with every exception that led to it, shown or not."""
    text, chain = "".join(traceback.format_exception(failure)), failure.__cause__ or failure.__context__
    return text + repr(failure) + repr(vars(failure)) + (written(chain) if chain else "")


def test_an_error_leads_to_no_exception_that_holds_the_request(clock: Clock) -> None:
    failure = failure_of(session(NOWHERE, clock))

    assert failure.__cause__ is None and failure.__context__ is None


@pytest.mark.parametrize("url", ["", "ws.audioscrobbler.com", "ftp://example.org", "http://[half", "http://"])
def test_what_is_no_web_address_is_refused_at_once(clock: Clock, url: str) -> None:
    with pytest.raises(SourceError, match="THE_URL is not a web address"):
        session(url, clock)
