"""Records a demo server's requests in order, without keys, for counting them while it runs."""

import threading
from collections import Counter
from dataclasses import dataclass

from flows.demo.protocol import Params

Asked = tuple[tuple[str, str], ...]
"""A request's parameters by name, less those that do not matter to what is asked."""

NOT_ASKED = frozenset({"api_key", "api_sig", "sk", "format"})


@dataclass(frozen=True)
class Call:
    """One request: its number among all, and among those that asked exactly the same, both from 1."""

    asked: Asked
    number: int
    attempt: int

    @property
    def method(self) -> str:
        return dict(self.asked).get("method", "")


class Calls:
    """All requests so far; thread-safe. Two servers that share it count together."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: list[Asked] = []
        self._attempts: Counter[Asked] = Counter()

    def note(self, params: Params) -> Call:
        asked = tuple(sorted((name, value) for name, value in params.items() if name not in NOT_ASKED))
        with self._lock:
            self._asked.append(asked)
            self._attempts[asked] += 1
            return Call(asked, len(self._asked), self._attempts[asked])

    def requests(self) -> list[dict[str, str]]:
        """Each request's parameters, in the order in which they came."""
        with self._lock:
            return [dict(asked) for asked in self._asked]

    @property
    def total(self) -> int:
        with self._lock:
            return len(self._asked)

    def by_method(self) -> Counter[str]:
        """The number of requests by method, as the requests spell it."""
        return Counter(request.get("method", "") for request in self.requests())

    def by_question(self) -> Counter[Asked]:
        """How often each question was asked; a question is a request's parameters as sorted pairs."""
        with self._lock:
            return Counter(self._attempts)

    def count(self, **params: str) -> int:
        """How many requests have these parameters, possibly among others."""
        return sum(params.items() <= request.items() for request in self.requests())

    def clear(self) -> None:
        with self._lock:
            self._asked.clear()
            self._attempts.clear()
