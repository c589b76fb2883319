"""Scores listeners in a Spark job: they are spread over the workers, each of which maps the model into memory."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.collaborative.scoring import histories, load
from jobs.session import at_hand

# Small enough for the cache of a core, large enough for an efficient matrix product.
LISTENERS_AT_ONCE = 128
LISTENERS_A_TASK = 2_048


def best_items(listeners: DataFrame, folder: Path, count: int) -> DataFrame:
    """Each `listener`'s best items outside their own `items` (array of item_index), as arrays `best` and `scores`.

    All items are ranked exactly, the best first.
    """
    rows = at_hand(listeners.select("listener", "items"))
    tasks = max(2, -(-rows.count() // LISTENERS_A_TASK))
    spread = rows.repartition(tasks, F.xxhash64("listener"))

    def score(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        model = load(folder)
        for batch in batches:
            for begin in range(0, batch.num_rows, LISTENERS_AT_ONCE):
                part = batch.slice(begin, LISTENERS_AT_ONCE)
                rows = [np.asarray(row, np.int32) for row in part["items"].to_pylist()]
                best, scores = model.best(histories(rows, len(model.boost)), count)
                columns = [part["listener"], pa.array(list(best)), pa.array(list(scores))]
                yield pa.RecordBatch.from_arrays(columns, names=["listener", "best", "scores"])

    kind = listeners.schema["listener"].dataType.simpleString()
    return spread.mapInArrow(score, f"listener {kind}, best array<long>, scores array<float>")
