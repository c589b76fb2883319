"""The demo server's data: a catalogue, the listeners, and what they have played by now."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property

from flows.demo.catalogue import Catalogue, Song, read_catalogue
from flows.demo.charts import Charts
from flows.demo.listeners import Listener
from flows.demo.simulate import Play, first_day, plays

SEED = 0


@dataclass(frozen=True)
class History:
    """All plays of one listener, oldest first."""

    plays: list[Play]

    @cached_property
    def _times(self) -> list[int]:
        return [play.uts for play in self.plays]

    def between(self, since: int, until: int) -> list[Play]:
        """Plays from `since`, inclusive, to `until`, exclusive: as the API does it, whatever its documentation says."""
        return self.plays[bisect_left(self._times, since) : bisect_left(self._times, until)]


@dataclass(frozen=True)
class World:
    """All data to ask about. Histories are simulated when they are first asked for, and grow day by day."""

    catalogue: Catalogue
    anchor: date
    seed: int
    until: Callable[[], date]
    _histories: dict[str, tuple[date, History]] = field(default_factory=dict, repr=False)

    @cached_property
    def charts(self) -> Charts:
        """The lookups in the catalogue."""
        return Charts(self.catalogue)

    def history(self, listener: Listener) -> History:
        until = self.until()
        simulated_until, history = self._histories.get(listener.name, (None, History([])))
        if simulated_until != until:
            history = History(plays(self.catalogue, listener, anchor=self.anchor, until=until, seed=self.seed))
            self._histories[listener.name] = (until, history)
        return history

    def now_playing(self, listener: Listener) -> list[Song]:
        """The song playing now, if any: always the same one, so that equal requests have equal answers."""
        known = self.history(listener).plays
        return [known[0].song] if listener.now_playing and known else []

    def registered(self, listener: Listener) -> datetime:
        first = first_day(listener, self.anchor)
        return datetime(first.year, first.month, first.day, tzinfo=UTC)


def demo_world(
    anchor: date, *, seed: int = SEED, until: date | None = None, catalogue: Catalogue | None = None
) -> World:
    """The demo's world, with plays up to `until`, or, without it, up to the last midnight UTC at each request."""
    return World(catalogue or read_catalogue(), anchor, seed, lambda: until or today_utc())


def today_utc() -> date:
    return datetime.now(UTC).date()
