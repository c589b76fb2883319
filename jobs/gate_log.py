"""Logs the results of a run's gates in silver.quality_log, and the latest of every table for `segue status`."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from jobs.json_file import write_json
from jobs.lake import Lake, literal_rows
from jobs.report import LATEST_GATES, GateResult
from jobs.silver import quality_log


def log_gates(lake: Lake, home: Path, results: Sequence[GateResult], now: datetime) -> None:
    """Write the results under a new run id; nothing if no gate was applied."""
    run_id = uuid.uuid4().hex
    rows = [(run_id, one.table, one.rule, one.severity, one.success, one.observed, now) for one in results]
    if rows:
        lake.append(quality_log.TABLE, literal_rows(lake.spark, quality_log.TABLE, rows))
        _keep_latest(home / LATEST_GATES, results, now)


def _keep_latest(path: Path, results: Sequence[GateResult], now: datetime) -> None:
    """Keep the last result of every table's gate in a file for `segue status`, which starts no Spark."""
    latest = json.loads(path.read_text()) if path.exists() else {}
    for table in {one.table for one in results}:
        rules = [asdict(one) for one in results if one.table == table]
        latest[table] = {"checked_at": now.isoformat(), "rules": rules}
    write_json(path, latest)
