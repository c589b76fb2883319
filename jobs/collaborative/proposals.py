"""The items that the model proposes to listeners of this lake, and which of their own items led to each."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T
from pyspark.sql.pandas.types import to_arrow_schema

from jobs.collaborative.matrix import Floats
from jobs.collaborative.scoring import Model, histories, load

SEEDS_TOLD = 3
SEED = T.StructType(
    [
        T.StructField("item_id", T.StringType()),
        T.StructField("artist_name", T.StringType()),
        T.StructField("track_name", T.StringType()),
        T.StructField("share", T.DoubleType()),
    ]
)
PROPOSED = T.StructType(
    [
        T.StructField("user_bucket", T.IntegerType()),
        T.StructField("username", T.StringType()),
        T.StructField("item_index", T.IntegerType()),
        T.StructField("affinity", T.DoubleType()),
        T.StructField("seeds", T.ArrayType(SEED)),
    ]
)


def proposals(played: DataFrame, community_items: DataFrame, located: DataFrame | None, count: int) -> DataFrame:
    """Each listener's best `count` unplayed items, by the model whose folder is in `located`; none if that is None.

    `played` has user_bucket, username, item_id and `weight`. `affinity` is the score divided by the listener's best,
    0..1; `seeds` are the played items that added most to it, each with its share.
    """
    if located is None:
        # Most lakes have no community: their workers need not start Python.
        nothing = (F.lit(None).cast(field.dataType).alias(field.name) for field in PROPOSED)
        return played.sparkSession.range(0).select(*nothing)
    own = F.struct("item_index", "item_id", "artist_name", "track_name", "weight")
    known = played.join(
        community_items.select("item_index", "item_id", "artist_name", "track_name"), on="item_id", how="inner"
    )
    listeners = known.groupBy("user_bucket", "username").agg(F.array_sort(F.collect_list(own)).alias("own"))

    schema = to_arrow_schema(PROPOSED)

    def propose(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for row in (row for batch in batches for row in batch.to_pylist()):
            # One by one: in a matrix product the last digits of a row depend on which rows are beside it.
            if found := _proposed(load(Path(row["folder"])), row, count):
                yield pa.RecordBatch.from_pylist(found, schema=schema)

    return listeners.crossJoin(F.broadcast(located)).mapInArrow(propose, PROPOSED)


def _proposed(model: Model, row: dict[str, Any], count: int) -> list[dict[str, Any]]:
    own = row["own"]
    items, weights = (np.array([each[name] for each in own]) for name in ("item_index", "weight"))
    history = histories([items.astype(np.int32)], len(model.boost), [weights])
    best, scores = (one[0] for one in model.best(history, count))
    wanted = scores > 0
    if not wanted.any():
        return []
    best, scores = best[wanted], scores[wanted]
    shares = model.shares(history, best)
    whose = {"user_bucket": row["user_bucket"], "username": row["username"]}
    return [
        {**whose, "item_index": int(item), "affinity": float(score / scores[0]), "seeds": _seeds(own, shares[:, place])}
        for place, (item, score) in enumerate(zip(best, scores, strict=True))
    ]


def _seeds(own: list[dict[str, Any]], added: Floats) -> list[dict[str, Any]]:
    """The own items that added most to the score, with their share of all that was added."""
    added = np.maximum(added, 0)
    most = np.lexsort((np.arange(len(own)), -added))[:SEEDS_TOLD]
    names = ("item_id", "artist_name", "track_name")
    total = float(added.sum())
    return [
        {**{name: own[seed][name] for name in names}, "share": float(added[seed]) / total}
        for seed in most
        if added[seed] > 0
    ]
