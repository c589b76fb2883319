"""Metrics for Prometheus: requests and their durations, what is served, and the process."""

import time
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, GCCollector, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.store import Store
from ui.version import Unavailable

# Bounds in seconds; they include the time budgets of a list: 3, 8 and 15 ms.
BUCKETS = (0.001, 0.003, 0.008, 0.015, 0.05, 0.1, 0.5, 1.0, 5.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# The label for requests that match no route of the API (the page, or nothing); their paths are not counted.
ELSEWHERE = "other"


class Metrics:
    """The metrics of one app."""

    def __init__(self, store: Store) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "segue_http_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "segue_http_request_seconds",
            "Time until an answer is complete.",
            ("route",),
            registry=self.registry,
            buckets=BUCKETS,
        )
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self.registry.register(_Served(store))
        # Cached: looking them up in prometheus_client takes longer than counting.
        self._counters: dict[tuple[str, str, int], Counter] = {}
        self._timers: dict[str, Histogram] = {}

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        counter = self._counters.get((method, route, status))
        if counter is None:
            named = method if method in METHODS else ELSEWHERE
            counter = self._counters.setdefault((method, route, status), self._requests.labels(named, route, status))
            self._timers[route] = self._seconds.labels(route)
        counter.inc()
        self._timers[route].observe(seconds)

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self.registry)


class _Served(Collector):
    """Gauges of what is served now."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Empty, or the registry would query the store when this is registered, before anything is published."""
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges; only `segue_served` 0 if nothing is served."""
        try:
            freshness, stats = self._store.freshness(), self._store.stats()
        except Unavailable:
            yield _served(0)
            return
        yield _served(1)
        published = freshness.published_at.timestamp()
        yield GaugeMetricFamily(
            "segue_served_published_timestamp_seconds", "When the served version was published.", published
        )
        stale = freshness.stale is not None
        yield GaugeMetricFamily("segue_served_stale", "1 if a newer version cannot be served.", stale)
        for name, value in vars(stats).items():
            yield GaugeMetricFamily(f"segue_served_{name}", f"Number of {name} in what is served.", value)


class Measured:
    """Middleware that counts and times all answers."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        started = time.perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            self._metrics.answered(scope["method"], _route(scope), status, time.perf_counter() - started)


def _served(yes: int) -> GaugeMetricFamily:
    return GaugeMetricFamily("segue_served", "1 if recommendations can be served.", yes)


def _route(scope: Scope) -> str:
    """The route's path template, so that there are as many labels as routes and not as listeners."""
    return str(getattr(scope.get("route"), "path", None) or scope.get("segue.route", ELSEWHERE))
