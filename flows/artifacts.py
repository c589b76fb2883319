"""What a flow run did, as one Markdown page that Prefect keeps with the run."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from prefect.artifacts import create_markdown_artifact

from jobs.report import Consumed, Report


def keep_summary(flow: str, markdown: str) -> None:
    """Store the page with the flow run that is under way; each flow has one key, so that Prefect shows its history."""
    create_markdown_artifact(key=f"{flow}-summary", markdown=markdown, description=f"What {flow} read and wrote")


def summary(flow: str, report: Report | None, *, not_fetched: Mapping[str, str], trouble: str = "") -> str:
    """The whole page. `not_fetched` says of each listener that failed why; `trouble` is why nothing was built."""
    parts = [f"# {flow}"]
    if trouble:
        parts += [f"**Nothing was built.** {_cell(trouble)}"]
    if not_fetched:
        parts += ["## Listeners that failed", _table(("listener", "why"), sorted(not_fetched.items()))]
    if report is not None:
        parts += _built(report)
    return "\n\n".join(parts) + "\n"


def _built(report: Report) -> list[str]:
    if not (report.written or report.consumed or report.gates):
        return ["Nothing was new: no table changed."]
    parts = []
    if report.written:
        rows = [(table.table, table.listeners, table.rows) for table in report.written]
        parts += ["## Tables written", _table(("table", "listeners", "rows"), rows)]
    if report.consumed:
        parts += [
            "## Plays read",
            _table(("listener", "read", "new", "duplicate", "quarantined", "why"), _read(report)),
        ]
    if report.gates:
        gates = [(gate.table, gate.rule, gate.severity, _verdict(gate.success), gate.observed) for gate in report.gates]
        parts += ["## Gates", _table(("table", "rule", "severity", "result", "observed"), gates)]
    return parts


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


def _verdict(success: bool) -> str:
    return "held" if success else "**broken**"


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [header, ["---"] * len(header), *([_cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    """Text of any origin on one line, so that no name or message breaks the table."""
    text = f"{value:,}" if isinstance(value, int) else " ".join(str(value).split())
    return text.replace("|", "\\|").replace("<", "&lt;")
