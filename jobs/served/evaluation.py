"""`meta.evaluation`: the figures of the latest evaluation over all its cuts, as JSON."""

import json

from pyspark.sql import Row
from pyspark.sql import functions as F

from jobs.evaluation.summary import ALL
from jobs.gold import evaluation
from jobs.lake import Lake

FIGURE = ("target", "ranking", "metric", "k", "against", "value", "low", "high", "listeners")
DIGITS = 5


def evaluation_state(lake: Lake) -> str:
    """Changes with every evaluation: the version of its table; "" if there was none."""
    return str(lake.version(evaluation.TABLE)) if lake.has_rows(evaluation.TABLE) else ""


def latest_evaluation(lake: Lake) -> str:
    """JSON with its time, its cuts and their days, and `figures`, each an array in the order of `columns`."""
    rows = lake.read(evaluation.TABLE)
    last = rows.agg(F.max("evaluated_at").alias("evaluated_at"))
    newest = rows.join(F.broadcast(last), on="evaluated_at", how="inner")
    # As text, since Python would get the instant in the time zone of this process.
    at = F.date_format("evaluated_at", "yyyy-MM-dd'T'HH:mm:ss'Z'").alias("at")
    found = newest.select("*", at).orderBy("target", "ranking", "metric", "k", "against").collect()
    told = {
        "evaluated_at": found[0]["at"],
        "days": found[0]["days"],
        "cuts": sorted({row.cut for row in found} - {ALL}),
        "columns": FIGURE,
        "figures": [_figure(row) for row in found if row.cut == ALL],
    }
    return json.dumps(told, separators=(",", ":"))


def _figure(row: Row) -> list[object]:
    values = (row[name] for name in FIGURE)
    return [round(value, DIGITS) if isinstance(value, float) else value for value in values]
