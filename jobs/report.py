"""What a run did: the facts that the command line, the flows' artifacts and spark-submit's report are made of."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from jobs.questions import Question

# Below the home folder: by table, when its gate was last tried and what each rule said.
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
    """Rows committed to one table, for how many listeners."""

    table: str
    listeners: int
    rows: int


@dataclass(frozen=True)
class Merged:
    """Plays that the same several sources saw, of those written: how many, and how the sightings agree."""

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
    """Plays that both of two sources saw, by the rule that made the sightings one; the first of them as examples."""

    sources: tuple[str, ...]
    when: str
    name: str
    plays: int
    examples: tuple[tuple[Seen, Seen], ...] = ()

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "MergedPair":
        """The pair that `asdict` gave."""
        examples = tuple((Seen(**first), Seen(**second)) for first, second in content["examples"])
        return cls(tuple(content["sources"]), content["when"], content["name"], content["plays"], examples)


@dataclass(frozen=True)
class Alias:
    """An artist's name that stands for another's, or looks like it; `plays` are those told under it."""

    artist_name: str
    into_artist_name: str
    plays: int


@dataclass(frozen=True)
class Report:
    """All that one run did; empty where nothing was to do.

    `questions` are those worth asking next, best first; `behind` says by step how much it lags, where that was asked;
    `vanished` counts the plays that a source has no more; `pairs` are what each two sources both saw, and `aliases`
    those that are made or that are proposed, where asked.
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
        """What was written to each table, in the order of the first time."""
        totals: dict[str, Written] = {}
        for one in self.written:
            before = totals.get(one.table, Written(one.table, 0, 0))
            totals[one.table] = Written(one.table, max(before.listeners, one.listeners), before.rows + one.rows)
        return tuple(totals.values())

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON's types."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Report":
        """The report that `as_dict` gave."""
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
