"""The world that the demo server answers from: a catalogue, the listeners and what they have played by now."""

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
    """All that one listener has played, oldest first."""

    plays: list[Play]

    @cached_property
    def _times(self) -> list[int]:
        return [play.uts for play in self.plays]

    def between(self, since: int, until: int) -> list[Play]:
        """Plays from `since`, inclusive, to `until`, exclusive: so the API does it, whatever its pages say."""
        return self.plays[bisect_left(self._times, since) : bisect_left(self._times, until)]


@dataclass(frozen=True)
class World:
    """Everything there is to ask about. Histories are simulated when they are first asked for, and grow by days."""

    catalogue: Catalogue
    anchor: date
    seed: int
    until: Callable[[], date]
    _histories: dict[str, tuple[date, History]] = field(default_factory=dict, repr=False)

    @cached_property
    def charts(self) -> Charts:
        """What can be looked up in the catalogue."""
        return Charts(self.catalogue)

    def history(self, listener: Listener) -> History:
        until = self.until()
        simulated_until, history = self._histories.get(listener.name, (None, History([])))
        if simulated_until != until:
            history = History(plays(self.catalogue, listener, anchor=self.anchor, until=until, seed=self.seed))
            self._histories[listener.name] = (until, history)
        return history

    def now_playing(self, listener: Listener) -> list[Song]:
        """What the listener has on, if anything: always the same song, so that equal requests have equal answers."""
        known = self.history(listener).plays
        return [known[0].song] if listener.now_playing and known else []

    def registered(self, listener: Listener) -> datetime:
        first = first_day(listener, self.anchor)
        return datetime(first.year, first.month, first.day, tzinfo=UTC)


def demo_world(
    anchor: date, *, seed: int = SEED, until: date | None = None, catalogue: Catalogue | None = None
) -> World:
    """The demo's world: up to `until`, or, without it, up to the last midnight UTC whenever it is asked."""
    return World(catalogue or read_catalogue(), anchor, seed, lambda: until or today_utc())


def today_utc() -> date:
    return datetime.now(UTC).date()
