"""`segue status`: listeners, freshness, last quality results, and what is running."""

import json
from datetime import UTC, datetime
from pathlib import Path

from flows.processes import alive
from flows.providers import last_asked
from flows.terminal import say
from jobs.report import LATEST_GATES
from ui.store import NothingServed, Store
from ui.view import ago, counted, plain


def say_status(home: Path) -> None:
    """Print the status, also if nothing was built yet."""
    now = datetime.now(UTC)
    say(f"Segue in {home}")
    _say_listeners(home, now)
    _say_gates(home, now)
    _say_providers(home, now)
    _say_services(home)


def _say_listeners(home: Path, now: datetime) -> None:
    store = Store(home / "served")
    try:
        freshness, listeners = store.freshness(), store.listeners()
    except NothingServed:
        say("Nothing has been published yet: run 'segue demo', or 'segue import FILE --listener NAME'")
        return
    stale = f", STALE: {freshness.stale}" if freshness.stale else ""
    say(f"\nServed: {counted(len(listeners), 'listener')}, published {ago(freshness.published_at, now)}{stale}")
    for one in listeners:
        heard = f"last play {ago(one.last_played_at, now)}, built as of {one.as_of:%Y-%m-%d %H:%M}"
        say(f"  {plain(one.username):24} {one.play_count:>9,} plays, {heard}")


def _say_gates(home: Path, now: datetime) -> None:
    kept = home / LATEST_GATES
    gates = json.loads(kept.read_text()) if kept.exists() else {}
    say("\nGates:" if gates else "\nNo gate has been checked yet")
    for table, last in sorted(gates.items()):
        broken = [rule for rule in last["rules"] if not rule["success"]]
        state = "open" if not any(rule["severity"] == "critical" for rule in broken) else "CLOSED"
        say(f"  {table:32} {state}, {len(last['rules'])} rules, {ago(datetime.fromisoformat(last['checked_at']), now)}")
        for rule in broken:
            say(f"    {rule['severity']}: {rule['rule']}: {rule['observed']}")


def _say_providers(home: Path, now: datetime) -> None:
    """Print when each provider was asked, and which ones' facts are stale since they stopped answering."""
    asked = last_asked(home)
    if asked:
        say("\nFacts about music:")
    for name, last in sorted(asked.items()):
        stopped = f", STALE: {plain(last['stopped'])}" if last["stopped"] else ""
        say(f"  {name:24} asked {ago(datetime.fromisoformat(last['asked_at']), now)}{stopped}")


def _say_services(home: Path) -> None:
    kept = home / "run" / "services.json"
    services = json.loads(kept.read_text()) if kept.exists() else {}
    running = {name: service for name, service in services.items() if alive(int(service["pid"]))}
    say("\nRunning:" if running else "\n'segue up' is not running")
    for name, service in running.items():
        say(f"  {name:24} {service.get('url') or ''}")
