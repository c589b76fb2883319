"""Misbehaviour on demand: which calls go wrong, and how, determined by a seed and never by the clock."""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from flows.demo.calls import Call
from flows.demo.chance import drawn

ROUNDING = 1e-9
"""Ten tenths may come to a little more than 1."""


class BadMisbehaviour(Exception):
    """A switch is unknown or out of bounds; the message says which."""


class Fault(StrEnum):
    """What goes wrong with one call, named as the switch that asks for it."""

    ERROR8 = "error8"
    ERROR26 = "error26"
    ERROR29 = "error29"
    ERROR29_AFTER = "error29_after"
    HTML = "html"
    EMPTY = "empty"
    BOM = "bom"
    TRUNCATED = "truncated"
    SLOW = "slow"
    OTHER = "other"


@dataclass(frozen=True)
class Misbehaviour:
    """How a server goes wrong. Shares are from 0 to 1 of all calls, and those named like a `Fault` exclude each other.

    A call's fault depends on the seed, on exactly what is asked and on how often that was asked before: so the order
    in which threads ask makes no difference, and asking again may help. Only storms depend on the call's number.
    """

    error8: float = 0.0
    """The backend failed: with any HTTP status, and now and then with the code as a string."""
    error26: float = 0.0
    """The key is suspended."""
    error29: float = 0.0
    """Too many calls, without a word on how long to wait."""
    error29_after: float = 0.0
    """Too many calls, with Retry-After: 1."""
    html: float = 0.0
    """A page of HTML with status 200."""
    empty: float = 0.0
    """An empty body with status 200."""
    bom: float = 0.0
    """The right answer behind a byte order mark."""
    truncated: float = 0.0
    """The right answer up to somewhere in its middle."""
    slow: float = 0.0
    """The right answer, `slow_seconds` late."""
    other: float = 0.0
    """The answer to a request about another listener, artist or tag."""

    storm: float = 0.0
    """The share of calls with which a storm breaks out: they and those after them fail with error 8."""
    storm_calls: int = 10
    """How many calls a storm lasts."""
    suspended_after: int = -1
    """After this many calls the key is suspended for good; negative: never."""
    poison: float = 0.0
    """The share of the catalogue's numbers that are impossible, the same ones whenever the same is asked."""
    slow_seconds: float = 2.0
    only: str = ""
    """What the methods that go wrong begin with, such as `artist.`; without it, all do."""
    seed: int = 0

    def __post_init__(self) -> None:
        shares = {name: getattr(self, name) for name in (*Fault, "storm", "poison")}
        if wrong := [f"{name}={share}" for name, share in shares.items() if not 0 <= share <= 1]:
            raise BadMisbehaviour(f"{', '.join(wrong)}: set a share of calls to a number from 0 to 1")
        asked_for = {fault: getattr(self, fault) for fault in Fault if getattr(self, fault)}
        if sum(asked_for.values()) > 1 + ROUNDING:
            raise BadMisbehaviour(
                f"{' + '.join(asked_for)} add up to more than 1: lower some, since a call fails in only one way"
            )
        if self.storm_calls < 1 or not 0 <= self.slow_seconds <= 3600:
            raise BadMisbehaviour("storm_calls must be 1 or more, and slow_seconds from 0 to 3600")

    def fault(self, call: Call) -> Fault | None:
        """What goes wrong with this call."""
        if not self.concerns(call):
            return None
        if 0 <= self.suspended_after < call.number:
            return Fault.ERROR26
        if self._in_storm(call.number):
            return Fault.ERROR8
        chance = drawn(self.seed, "fault", call.asked, call.attempt)
        for fault in Fault:
            chance -= getattr(self, fault)
            if chance < 0:
                return fault
        return None

    def concerns(self, call: Call) -> bool:
        return call.method.lower().startswith(self.only.lower())

    def detail(self, call: Call, about: str) -> float:
        """A number from 0 to below 1 for the random details of the call's fault."""
        return drawn(self.seed, about, call.asked, call.attempt)

    def _in_storm(self, number: int) -> bool:
        begun = range(max(1, number - self.storm_calls + 1), number + 1)
        return self.storm > 0 and any(drawn(self.seed, "storm", start) < self.storm for start in begun)


KINDS: dict[str, Any] = {field.name: type(field.default) for field in fields(Misbehaviour)}


SWITCHES = (
    f"Shares of calls from 0 to 1: {', '.join((*Fault, 'storm'))}; share of numbers: poison; "
    "also storm_calls=CALLS, suspended_after=CALLS, slow_seconds=SECONDS, only=METHODS (such as artist.), seed=NUMBER"
)


def read_misbehaviour(text: str) -> Misbehaviour:
    """Parse switches from the command line: `error8=0.1,html=0.05`. Raises `BadMisbehaviour`."""
    given = [part.strip().partition("=") for part in text.split(",") if part.strip()]
    return Misbehaviour(**{name.strip(): _value(name.strip(), value.strip()) for name, _, value in given})


def _value(name: str, value: str) -> Any:
    if name not in KINDS:
        raise BadMisbehaviour(f'"{name}" is not a misbehaviour: choose from {", ".join(KINDS)}')
    try:
        return KINDS[name](value)
    except ValueError as error:
        expected = "a whole number" if KINDS[name] is int else "a number"
        raise BadMisbehaviour(f'{name} must be {expected}, not "{value}"') from error
