"""Rate limits: a token bucket for each caller."""

import threading
from dataclasses import dataclass

MOST_BUCKETS = 10_000


@dataclass
class _Bucket:
    tokens: float
    filled_at: float


class Limits:
    """At most `per_minute` requests per caller on average, and bursts of a tenth of that (at least 10); 0: no limit."""

    def __init__(self, per_minute: int) -> None:
        self._per_second = per_minute / 60
        self._size = max(per_minute / 10, 10.0)
        self._buckets: dict[str, _Bucket] = {}
        self._lock = threading.Lock()

    def wait(self, caller: str, now: float) -> float:
        """Seconds until the caller may ask again; 0 if this request is granted. `now` is from a monotonic clock."""
        if self._per_second == 0:
            return 0.0
        with self._lock:
            bucket = self._filled(caller, now)
            if bucket.tokens >= 1:
                bucket.tokens -= 1
                return 0.0
            return (1 - bucket.tokens) / self._per_second

    def _filled(self, caller: str, now: float) -> _Bucket:
        bucket = self._buckets.get(caller)
        if bucket is None:
            if len(self._buckets) >= MOST_BUCKETS:
                self._forget_full(now)
            bucket = self._buckets[caller] = _Bucket(self._size, now)
        bucket.tokens = min(self._size, bucket.tokens + (now - bucket.filled_at) * self._per_second)
        bucket.filled_at = now
        return bucket

    def _forget_full(self, now: float) -> None:
        """Drop the buckets that are full again by now; all of them if the rest would still be too many."""
        full_after = self._size / self._per_second
        recent = {name: each for name, each in self._buckets.items() if now - each.filled_at < full_after}
        self._buckets = recent if len(recent) < MOST_BUCKETS else {}
