"""An HTTP response: its body, limited in size, and what its headers ask the client to do."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests

from flows.sources.errors import NoAnswer

# A page of 1,000 plays has about 1 MB: a body longer than this is no valid answer.
LARGEST_BODY_BYTES = 32 * 1024 * 1024
CHUNK_BYTES = 64 * 1024
# MetaBrainz's headers: how many calls are left, and in how many seconds there are new ones.
REMAINING, RESET_IN = "X-RateLimit-Remaining", "X-RateLimit-Reset-In"


@dataclass(frozen=True)
class Reply:
    """A response, undecoded. `rest`: seconds to wait before any next call; `retry_after`: seconds before a retry."""

    status: int
    body: bytes
    retry_after: float = 0.0
    rest: float = 0.0


def bounded_body(response: requests.Response) -> bytes:
    """The body, of no more than `LARGEST_BODY_BYTES`. Raises `NoAnswer`."""
    body = b""
    for chunk in response.iter_content(CHUNK_BYTES):
        body += chunk
        if len(body) > LARGEST_BODY_BYTES:
            raise NoAnswer(f"an answer of more than {LARGEST_BODY_BYTES // 2**20} MB")
    return body


def seconds_to_retry(response: requests.Response) -> float:
    """Seconds that the server asks to wait, which may also be given as a date; 0 if there is no such header."""
    asked = response.headers.get("Retry-After") or (
        response.headers.get(RESET_IN, "") if response.status_code == 429 else ""
    )
    if asked.strip().isdecimal():
        return float(asked)
    try:
        moment = parsedate_to_datetime(asked)
    except ValueError:
        return 0.0
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def seconds_of_rest(response: requests.Response) -> float:
    """Seconds until more calls are allowed, if the headers say that this was the last one for now; else 0."""
    left, seconds = response.headers.get(REMAINING, ""), response.headers.get(RESET_IN, "").strip()
    return float(seconds) if left.strip() == "0" and seconds.isdecimal() else 0.0


def reason_of(problem: requests.RequestException) -> str:
    """Why there was no response, without the URL, which requests puts into every message."""
    if isinstance(problem, requests.Timeout):
        return "it took too long"
    if isinstance(problem, requests.exceptions.SSLError):
        return "its certificate was not accepted"
    cause: BaseException | None = problem
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__cause__ or cause.__context__
    return f"the connection broke ({type(problem).__name__})"
