"""The view Pipeline: freshness of each layer, results of the gates, last runs, and what was refused and why."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from itertools import islice
from pathlib import Path
from typing import Any

from ui.evaluated import as_markdown
from ui.markup import name, sentence
from ui.pages.look import Look
from ui.pages.providers import asked
from ui.pages.reports import report
from ui.runs import Run, RunsUnavailable, Summary
from ui.store import NothingServed, Store
from ui.version import Unavailable
from ui.view import ago, counted, day, joined

# The path below the home, as in jobs/report.py.
LATEST_GATES = Path("run", "gates.json")
RUNS = 12
# Enough folders to find when something landed last, and few enough to scan quickly.
MOST_FOLDERS = 500
LAYERS = (("silver", "Plays and facts, cleaned"), ("gold", "Counts and candidates"))
WELL = frozenset({"completed"})
BADLY = frozenset({"failed", "crashed"})


@dataclass(frozen=True)
class Gate:
    """The last result of a table's gate; `broken` has rules as (severity, rule, observed)."""

    table: str
    checked_at: datetime
    rules: int
    broken: tuple[tuple[str, str, str], ...]

    @property
    def is_closed(self) -> bool:
        """Whether a broken critical rule keeps the table from being read."""
        return any(severity == "critical" for severity, _, _ in self.broken)


def shown(look: Look) -> str:
    """The view, which needs neither a listener nor a Prefect server."""
    tried = gates(look.home / LATEST_GATES)
    return f"{_layers(look, tried)}{_gates(tried, look.now)}{_facts(look)}{_evaluation(look)}{_runs(look)}"


def gates(kept: Path) -> tuple[Gate, ...]:
    """The last result of each table's gate, by table; empty if there is none, or if the file is damaged."""
    try:
        content = json.loads(kept.read_text(encoding="utf-8"))
        return tuple(_gate(table, last) for table, last in sorted(content.items()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ()


def _gate(table: str, last: Mapping[str, Any]) -> Gate:
    rules = last["rules"]
    broken = tuple((each["severity"], each["rule"], str(each["observed"])) for each in rules if not each["success"])
    return Gate(table, datetime.fromisoformat(last["checked_at"]), len(rules), broken)


def _layers(look: Look, tried: Sequence[Gate]) -> str:
    cards = [_bronze(look.home / "bronze", look.now)]
    for layer, what in LAYERS:
        of_layer = [gate for gate in tried if gate.table.startswith(f"{layer}.")]
        cards.append(_layer(layer, what, of_layer, look.now))
    return f'<div class="sg-layers">{"".join(cards)}{_served(look.store, look.now)}</div>'


def _bronze(folder: Path, now: datetime) -> str:
    """When a page landed last, from the folders' times, which are those of their newest entries."""
    below = [path for pattern in ("*", "*/*", "*/*/*") for path in islice(folder.glob(pattern), MOST_FOLDERS)]
    if not below:
        return _card("bronze", "nothing yet", "Pages and files, as they were sent", "wait")
    landed = datetime.fromtimestamp(max(path.stat().st_mtime for path in below), tz=UTC)
    sources = sorted(path.name for path in folder.iterdir() if path.is_dir())
    return _card("bronze", ago(landed, now), f"As it was sent, from {joined(sources, 'and')}", "good")


def _layer(layer: str, what: str, tried: Sequence[Gate], now: datetime) -> str:
    if not tried:
        return _card(layer, "not built yet", what, "wait")
    closed = sum(gate.is_closed for gate in tried)
    state = f"{counted(closed, 'gate')} closed" if closed else f"{counted(len(tried), 'gate')} open"
    return _card(
        layer, ago(max(gate.checked_at for gate in tried), now), f"{what}: {state}", "bad" if closed else "good"
    )


def _served(store: Store, now: datetime) -> str:
    try:
        freshness, stats = store.freshness(), store.stats()
    except NothingServed as nothing:
        return _card("served", "nothing yet", str(nothing), "wait")
    except Unavailable as unavailable:
        return _card("served", "nothing yet", str(unavailable), "bad")
    what = f"{counted(stats.listeners, 'listener')}, {counted(stats.recommendations, 'recommendation')}"
    if freshness.stale:
        return _card("served", f"stale, {ago(freshness.published_at, now)}", freshness.stale, "bad")
    return _card("served", ago(freshness.published_at, now), what, "good")


def _card(layer: str, when: str, what: str, state: str) -> str:
    return (
        f'<section class="sg-layer" data-state="{state}"><h3>{layer}</h3><p class="sg-when">{escape(when)}</p>'
        f"<p>{escape(what)}</p></section>"
    )


def _gates(tried: Sequence[Gate], now: datetime) -> str:
    if not tried:
        return _section(
            "Gates", f'<p class="sg-note">{sentence("No gate has been checked yet: run `segue build`.")}</p>'
        )
    rows = "".join(_gate_row(gate, now) for gate in sorted(tried, key=lambda gate: (not gate.broken, gate.table)))
    return _section("Gates", f'<ul class="sg-rows">{rows}</ul>')


def _gate_row(gate: Gate, now: datetime) -> str:
    state, said = (
        ("bad", "closed") if gate.is_closed else ("warn", "open, with warnings") if gate.broken else ("good", "open")
    )
    broken = "".join(
        f"<li>{escape(severity)}: {name(rule)}: {name(observed)}</li>" for severity, rule, observed in gate.broken
    )
    why = f'<ul class="sg-broken">{broken}</ul>' if broken else ""
    return (
        f'<li data-state="{state}"><b>{escape(gate.table)}</b><span>{said}, {counted(gate.rules, "rule")}</span>'
        f'<span class="sg-plays">{ago(gate.checked_at, now)}</span>{why}</li>'
    )


def _facts(look: Look) -> str:
    rows = asked(look.home, look.now)
    return _section("Facts about music", f'<ul class="sg-rows">{rows}</ul>') if rows else ""


def _evaluation(look: Look) -> str:
    """The last evaluation of the recommendations."""
    try:
        found = look.store.evaluation()
    except Unavailable:
        return ""
    if not found:
        text = sentence("Not measured yet: run `segue evaluate`.")
        return _section("How good the recommendations are", f'<p class="sg-note">{text}</p>')
    told = _summary(Summary("evaluate", as_markdown(found), found.evaluated_at), look.now)
    return _section("How good the recommendations are", told)


def _runs(look: Look) -> str:
    try:
        runs, summaries = look.state.runs.recent(RUNS), look.state.runs.summaries()
    except RunsUnavailable as unavailable:
        text = f'<p class="sg-note">Runs cannot be shown: {escape(str(unavailable))}.</p>'
        return _section("Last runs", text)
    rows = "".join(_run_row(run, look.now) for run in runs)
    listed = f'<ul class="sg-rows">{rows}</ul>' if rows else '<p class="sg-note">Nothing has run yet.</p>'
    said = "".join(_summary(each, look.now) for each in summaries)
    return _section("Last runs", listed) + (_section("What they read, refused, wrote and spent", said) if said else "")


def _run_row(run: Run, now: datetime) -> str:
    state = "good" if run.status in WELL else "bad" if run.status in BADLY else "warn"
    whom = f" for {', '.join(name(each) for each in run.listeners)}" if run.listeners else ""
    said = f'<p class="sg-plays">{name(run.said)}</p>' if run.said else ""
    started = run.started_at or run.asked_at
    took = f", {(run.ended_at - started).total_seconds():,.0f} s" if run.ended_at else ""
    return (
        f'<li data-state="{state}"><b>{escape(run.deployment)}</b><span>{escape(run.status)}{whom}{took}</span>'
        f'<span class="sg-plays">{ago(started, now)}</span>{said}</li>'
    )


def _summary(summary: Summary, now: datetime) -> str:
    return (
        f'<details class="sg-report"><summary><b>{escape(summary.deployment)}</b> <span class="sg-plays"'
        f' title="{day(summary.written_at)}">{ago(summary.written_at, now)}</span></summary>'
        f"{report(summary.markdown)}</details>"
    )


def _section(title: str, body: str) -> str:
    return f'<section class="sg-section"><header><h3>{title}</h3></header>{body}</section>'
