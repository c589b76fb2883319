"""`meta.evaluation`: the figures of the latest evaluation over all its cuts, as JSON."""

import json

from pyspark.sql import functions as F

from jobs.evaluation.summary import ALL
from jobs.gold import evaluation
from jobs.lake import Lake

FIGURE = ("target", "ranking", "metric", "k", "against", "value", "low", "high", "listeners")
DIGITS = 5


def evaluation_state(lake: Lake) -> str:
    """What tells whether there was another evaluation: the version of its table; "" where there was none."""
    return str(lake.version(evaluation.TABLE)) if lake.has_rows(evaluation.TABLE) else ""


def latest_evaluation(lake: Lake) -> str:
    """When it was, at which cuts, over how many days, and `figures`, each an array in the order of `FIGURE`."""
    rows = lake.read(evaluation.TABLE)
    newest = rows.join(F.broadcast(rows.agg(F.max("evaluated_at").alias("evaluated_at"))), on="evaluated_at")
    figures, cuts, about = [], set[str](), ("", 0)
    for row in newest.orderBy("target", "ranking", "metric", "k", "against").collect():
        about = (f"{row.evaluated_at:%Y-%m-%dT%H:%M:%SZ}", row.days)
        if row.cut == ALL:
            figures.append(
                [round(one, DIGITS) if isinstance(one, float) else one for one in map(row.__getitem__, FIGURE)]
            )
        else:
            cuts.add(row.cut)
    told = {"evaluated_at": about[0], "days": about[1], "cuts": sorted(cuts), "columns": FIGURE, "figures": figures}
    return json.dumps(told, separators=(",", ":"))
