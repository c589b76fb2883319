"""Calls a source over HTTP with timeout, retries, pace and circuit breaker; keys appear in no log, error or repr."""

import logging
import re
import time
from collections.abc import Callable, Mapping
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import TypeVar
from urllib.parse import SplitResult, quote, quote_plus, urlsplit

import requests
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from flows.sources.breaker import Breaker
from flows.sources.errors import NoAnswer, Overloaded, SourceError, SourceUnavailable, Transient, WrongKey
from flows.sources.pace import Pace
from flows.sources.reply import Reply, bounded_body, reason_of, seconds_of_rest, seconds_to_retry

CONNECT_SECONDS, READ_SECONDS = 10.0, 30.0
ATTEMPTS = 5
BACKOFF = wait_exponential_jitter(initial=1, max=30, jitter=1)
# A server may ask to wait for an hour; a person who runs a command will not.
LONGEST_WAIT_SECONDS = 60.0

Answer = TypeVar("Answer")
Send = Callable[..., requests.Response]
log = logging.getLogger(__name__)


class Session:
    """A thread-safe client for one source, with timeout, retries, pace and circuit breaker.

    `set_by` names the setting that holds the address, for messages. The repr shows only the host.
    """

    def __init__(
        self,
        url: str,
        *,
        set_by: str,
        pace: Pace,
        secrets: tuple[str, ...] = (),
        headers: Mapping[str, str] | None = None,
        attempts: int = ATTEMPTS,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        address = _address(url, set_by)
        self.host = address.netloc.rpartition("@")[2]
        self._url = url
        self._set_by = set_by
        self._pace = pace
        self._secrets = tuple(secret for secret in (*secrets, address.password) if secret)
        self._attempts = attempts
        self._sleep = sleep
        self._clock = clock
        self._rest_until = clock()
        self._breaker = Breaker(self.host, clock)
        self._key_refused = ""
        self._requests = requests.Session()
        self._requests.headers["User-Agent"] = f"Segue/{_version()} (+self-hosted)"
        self._requests.headers.update(headers or {})

    def __repr__(self) -> str:
        return f"Session({self.host})"

    def post(
        self,
        form: Mapping[str, str],
        accept: Callable[[Reply], Answer],
        *,
        before_attempt: Callable[[], None] = lambda: None,
    ) -> Answer:
        """Send the form until `accept` accepts the reply; if it raises `Transient`, the form is sent again.

        Raises `SourceUnavailable` after the last attempt (`Overloaded` if asking for less may help), and the
        `SourceError` that `accept` raises. After a `WrongKey` nothing is sent any more.
        """
        return self._ask(partial(self._requests.post, self._url, data=dict(form)), accept, before_attempt)

    def get(
        self,
        path: str,
        query: Mapping[str, str],
        accept: Callable[[Reply], Answer],
        *,
        before_attempt: Callable[[], None] = lambda: None,
    ) -> Answer:
        """GET the path below the address, with retries and errors as in `post`."""
        url = f"{self._url.rstrip('/')}/{path}"
        return self._ask(partial(self._requests.get, url, params=dict(query)), accept, before_attempt)

    def post_json(self, path: str, content: object, accept: Callable[[Reply], Answer]) -> Answer:
        """POST the content as JSON to the path below the address, with retries and errors as in `post`."""
        url = f"{self._url.rstrip('/')}/{path}"
        return self._ask(partial(self._requests.post, url, json=content), accept, lambda: None)

    def _ask(self, send: Send, accept: Callable[[Reply], Answer], before_attempt: Callable[[], None]) -> Answer:
        if self._key_refused:
            raise WrongKey(self._key_refused)
        self._breaker.admit()
        retrying = Retrying(
            retry=retry_if_exception_type(Transient),
            stop=stop_after_attempt(self._attempts),
            wait=_seconds_until_next,
            sleep=self._sleep,
            before_sleep=self._log_retry,
            reraise=True,
        )
        # Raised outside the except clauses, so that no exception chain leads to one that holds the request.
        failure: SourceError
        try:
            answer: Answer = retrying(self._attempt, send, accept, before_attempt)
        except Transient as last:
            failure = self._unavailable(last)
        except SourceError as refusal:
            failure = type(refusal)(self.redacted(str(refusal)))
        else:
            self._breaker.worked()
            return answer
        self._note(failure)
        raise failure

    def redacted(self, text: str) -> str:
        """The text on one line, with every secret replaced by ***, also in its URL-encoded form."""
        for secret in self._secrets:
            for written in {secret, quote(secret, safe=""), quote_plus(secret)}:
                text = re.sub(re.escape(written), "***", text, flags=re.IGNORECASE)
        return " ".join(text.split())

    def _attempt(self, send: Send, accept: Callable[[Reply], Answer], before_attempt: Callable[[], None]) -> Answer:
        self._pace.wait()
        if (rest := self._rest_until - self._clock()) > 0:
            self._sleep(rest)
        before_attempt()
        reply = self._reply(send)
        if reply.rest:
            self._rest_until = self._clock() + min(reply.rest, LONGEST_WAIT_SECONDS)
        try:
            return accept(reply)
        except Transient as passing:
            passing.retry_after = reply.retry_after
            raise

    def _reply(self, send: Send) -> Reply:
        try:
            # A redirect is not followed: it could carry the key to another host.
            with send(timeout=(CONNECT_SECONDS, READ_SECONDS), allow_redirects=False, stream=True) as response:
                body = bounded_body(response)
                return Reply(response.status_code, body, seconds_to_retry(response), seconds_of_rest(response))
        except requests.RequestException as problem:
            reason = self.redacted(reason_of(problem))
        raise NoAnswer(reason)

    def _unavailable(self, last: Transient) -> SourceUnavailable:
        reason = self.redacted(str(last))
        if isinstance(last, NoAnswer):
            return SourceUnavailable(
                f"no answer from {self.host}: {reason}; check the network and {self._set_by}, then run it again"
            )
        kind = Overloaded if last.asks_too_much else SourceUnavailable
        return kind(
            f"{self.host} failed {self._attempts} times in a row, most recently with: {reason}; run it again later, "
            "what has been fetched is kept"
        )

    def _note(self, failure: SourceError) -> None:
        if isinstance(failure, WrongKey):
            self._key_refused = str(failure)
        if isinstance(failure, SourceUnavailable):
            self._breaker.failed()
        else:
            self._breaker.worked()

    def _log_retry(self, state: RetryCallState) -> None:
        seconds = state.next_action.sleep if state.next_action else 0.0
        problem = state.outcome.exception() if state.outcome else None
        log.info(
            "%s: %s; retrying in %.1f s (%d of %d)",
            self.host,
            self.redacted(str(problem)),
            seconds,
            state.attempt_number + 1,
            self._attempts,
        )


def _address(url: str, set_by: str) -> SplitResult:
    try:
        address = urlsplit(url)
        usable = address.scheme in ("http", "https") and bool(address.hostname) and address.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise SourceError(f"{set_by} is not a web address: set it to one that begins with https://")
    return address


def _seconds_until_next(state: RetryCallState) -> float:
    problem = state.outcome.exception() if state.outcome else None
    asked = problem.retry_after if isinstance(problem, Transient) else 0.0
    return min(max(BACKOFF(state), asked), LONGEST_WAIT_SECONDS)


def _version() -> str:
    try:
        return version("segue")
    except PackageNotFoundError:
        return "0"
