"""What a run did: the data behind the output of the command line, the flows' artifacts and spark-submit's report."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from jobs.questions import Question

# Below the home folder: for each table, when its gate was last applied, and the result of each rule.
LATEST_GATES = "run/gates.json"


@dataclass(frozen=True)
class Consumed:
    """One landed batch: read = new + duplicate + quarantined; `reasons` counts the quarantined rows."""

    batch_id: str
    listener: str
    read: int
    new: int
    duplicate: int
    quarantined: int
    reasons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class GateResult:
    """One rule that a gate applied to the rows about to be committed."""

    table: str
    rule: str
    severity: str
    success: bool
    observed: str


@dataclass(frozen=True)
class Written:
    """The numbers of rows committed to one table, and of their listeners."""

    table: str
    listeners: int
    rows: int


@dataclass(frozen=True)
class Merged:
    """Counts of the written plays that this set of several sources saw, and of how their sightings differ."""

    sources: tuple[str, ...]
    plays: int
    at_one_instant: int
    spelled_differently: int


@dataclass(frozen=True)
class Seen:
    """A play as one source saw it; the time is in UTC."""

    played_at: str
    track_name: str
    artist_name: str


@dataclass(frozen=True)
class MergedPair:
    """The number of plays that two sources both saw and that one rule merged, with the first ones as examples."""

    sources: tuple[str, ...]
    when: str
    name: str
    plays: int
    examples: tuple[tuple[Seen, Seen], ...] = ()

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "MergedPair":
        """The pair from the result of `asdict`."""
        examples = tuple((Seen(**first), Seen(**second)) for first, second in content["examples"])
        return cls(tuple(content["sources"]), content["when"], content["name"], content["plays"], examples)


@dataclass(frozen=True)
class Alias:
    """An artist name that stands for another, or looks like it; `plays` counts those reported under it."""

    artist_name: str
    into_artist_name: str
    plays: int


@dataclass(frozen=True)
class Report:
    """All that one run did; empty if there was nothing to do.

    `questions` are those worth asking next, best first; `behind` has how much each step has to do; `vanished` counts
    plays that a source no longer has; `pairs` are plays that two sources both saw; `aliases` are those made or
    proposed. Each of these is filled only if it was asked for.
    """

    consumed: tuple[Consumed, ...] = ()
    written: tuple[Written, ...] = ()
    gates: tuple[GateResult, ...] = ()
    questions: tuple[Question, ...] = ()
    behind: Mapping[str, int] = field(default_factory=dict)
    merged: tuple[Merged, ...] = ()
    vanished: int = 0
    pairs: tuple[MergedPair, ...] = ()
    aliases: tuple[Alias, ...] = ()

    def written_by_table(self) -> tuple[Written, ...]:
        """The totals written to each table, in the order in which tables were first written."""
        totals: dict[str, Written] = {}
        for one in self.written:
            before = totals.get(one.table, Written(one.table, 0, 0))
            totals[one.table] = Written(one.table, max(before.listeners, one.listeners), before.rows + one.rows)
        return tuple(totals.values())

    def as_dict(self) -> dict[str, Any]:
        """The report in types that JSON has."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Report":
        """The report from the result of `as_dict`."""
        return cls(
            tuple(Consumed(**one) for one in content["consumed"]),
            tuple(Written(**one) for one in content["written"]),
            tuple(GateResult(**one) for one in content["gates"]),
            tuple(Question(**one) for one in content["questions"]),
            content["behind"],
            tuple(Merged(**{**one, "sources": tuple(one["sources"])}) for one in content["merged"]),
            content["vanished"],
            tuple(MergedPair.from_dict(one) for one in content["pairs"]),
            tuple(Alias(**one) for one in content["aliases"]),
        )

    def __add__(self, other: "Report") -> "Report":
        return Report(
            self.consumed + other.consumed,
            self.written + other.written,
            self.gates + other.gates,
            self.questions + other.questions,
            {**self.behind, **other.behind},
            self.merged + other.merged,
            self.vanished + other.vanished,
            self.pairs + other.pairs,
            self.aliases + other.aliases,
        )
