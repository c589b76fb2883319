"""What a flow run did, as one Markdown page that Prefect keeps with the run."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from prefect.artifacts import create_markdown_artifact

from jobs.questions import Question
from jobs.report import Consumed, GateResult, Report

FAILURES_SHOWN = 20
# A rule's name as given by Great Expectations: the expectation, and its columns.
EXPECTATION = re.compile(r"expect_(?:column_)?(\w+)\((.+)\)")

# Characters that Markdown would not show literally.
MARKUP = re.compile(r"[\\`*\[\]|]")


def keep_summary(flow: str, markdown: str) -> None:
    """Store the page with the current flow run; each flow has one key, so that Prefect shows its history."""
    create_markdown_artifact(key=f"{flow}-summary", markdown=markdown, description=f"What {flow} read and wrote")


def summary(flow: str, report: Report | None, *, not_fetched: Mapping[str, str], trouble: str = "") -> str:
    """The page of a build. `not_fetched` has each failed listener's reason; `trouble` is why nothing was built."""
    parts = [f"**Nothing was built.** {plain(trouble)}"] if trouble else []
    if not_fetched:
        parts += ["## Listeners that failed", bullets(sorted(not_fetched.items()))]
    return page(flow, [*parts, *(built(report) if report is not None else ())])


def page(flow: str, parts: Iterable[str]) -> str:
    """The parts under the flow's name."""
    return "\n\n".join([f"# {flow}", *filter(None, parts)]) + "\n"


def built(report: Report) -> list[str]:
    """What a build wrote, read and checked, one section each."""
    if not (report.written or report.consumed or report.gates):
        return ["Nothing was new: no table changed."]
    parts = []
    if report.written:
        rows = [(one.table, one.listeners or "", one.rows) for one in report.written_by_table()]
        parts += ["## Tables written", table(("table", "listeners", "rows"), rows)]
    if report.consumed:
        header = ("listener", "read", "new", "duplicate", "quarantined", "why")
        parts += ["## Plays read", table(header, _read(report))]
    return [*parts, *_gates(report)]


def failures(failed: Mapping[Question, str]) -> list[str]:
    """The questions that failed, with their reasons; only the first 20 are listed."""
    if not failed:
        return []
    rows = [(f"{question.method} of {_about(question)}", why) for question, why in failed.items()]
    more = f"And {len(rows) - FAILURES_SHOWN:,} more." if len(rows) > FAILURES_SHOWN else ""
    return ["## Questions that failed", bullets(rows[:FAILURES_SHOWN]), more]


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table, for short cells: Prefect's page cuts off a table that is wider than the page."""
    lines = [header, ["---"] * len(header), *([plain(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def bullets(rows: Iterable[tuple[str, str]]) -> str:
    """A Markdown list of items, each with its remark, if any."""
    return "\n".join(f"- **{plain(what)}**: {plain(said)}" if said else f"- **{plain(what)}**" for what, said in rows)


def plain(value: object) -> str:
    """Untrusted text escaped to one line that shows literally: no name or message makes a table, a link or a tag."""
    text = f"{value:,}" if isinstance(value, int) else " ".join(str(value).split())
    return MARKUP.sub(r"\\\g<0>", text).replace("<", "&lt;")


def _gates(report: Report) -> list[str]:
    """A table of the gates, then the broken rules, then the rules that hold, table by table."""
    tables = [(name, list(rules)) for name, rules in groupby(sorted(_worst(report), key=_of_table), key=_of_table)]
    if not tables:
        return []
    verdicts = [(name, _gate(rules), len(rules), sum(not rule.success for rule in rules)) for name, rules in tables]
    parts = ["## Gates", table(("table", "gate", "rules", "broken"), verdicts)]
    if broken := [rule for _, rules in tables for rule in rules if not rule.success]:
        said = [(f"{rule.table}: {rule.rule} ({rule.severity})", rule.observed) for rule in broken]
        parts += ["### Broken rules", bullets(said)]
    for name, rules in tables:
        parts += [f"### Passed rules of {name}", bullets(held)] if (held := _held(rules)) else []
    return parts


def _held(rules: Iterable[GateResult]) -> list[tuple[str, str]]:
    """Each kind of rule with the columns for which it holds: a table has a dozen not-null columns."""
    columns: dict[str, list[str]] = {}
    for rule in rules:
        if rule.success:
            named = EXPECTATION.fullmatch(rule.rule)
            kind, column = (named[1].replace("_", " "), [named[2]]) if named else (rule.rule, [])
            columns.setdefault(kind if rule.severity == "critical" else f"{kind} ({rule.severity})", []).extend(column)
    return [(kind, ", ".join(names)) for kind, names in columns.items()]


def _worst(report: Report) -> list[GateResult]:
    """Each rule of each table once: its first failure, or else its last result."""
    seen: dict[tuple[str, str], GateResult] = {}
    for gate in report.gates:
        before = seen.get((gate.table, gate.rule))
        if before is None or before.success:
            seen[gate.table, gate.rule] = gate
    return list(seen.values())


def _of_table(gate: GateResult) -> str:
    return gate.table


def _gate(rules: Sequence[GateResult]) -> str:
    return "CLOSED" if any(not rule.success and rule.severity == "critical" for rule in rules) else "open"


def _about(question: Question) -> str:
    return " / ".join(filter(None, (question.artist, question.album, question.track, question.tag)))


def _read(report: Report) -> list[tuple[object, ...]]:
    by_listener: dict[str, list[Consumed]] = {}
    for batch in report.consumed:
        by_listener.setdefault(batch.listener, []).append(batch)
    return [(listener, *_totals(batches)) for listener, batches in sorted(by_listener.items())]


def _totals(batches: Sequence[Consumed]) -> tuple[object, ...]:
    numbers = zip(*((batch.read, batch.new, batch.duplicate, batch.quarantined) for batch in batches), strict=True)
    reasons: Counter[str] = Counter()
    for batch in batches:
        reasons.update(batch.reasons)
    return (*(sum(column) for column in numbers), _reasons(reasons))


def _reasons(reasons: Mapping[str, int]) -> str:
    return ", ".join(f"{reason}: {count:,}" for reason, count in sorted(reasons.items()))
