"""silver.community_items: one row per kind and item of a fitted model, with its two vectors for scoring."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.columns import most_frequent
from jobs.lake import Table, column, conform

VECTOR = T.ArrayType(T.FloatType(), containsNull=False)
TABLE = Table(
    name="silver.community_items",
    reads=("silver.community_plays",),
    key=("kind", "item_id"),
    schema=T.StructType(
        [
            column("kind", T.StringType()),
            column("version", T.StringType()),
            column("item_id", T.StringType()),
            column("item_index", T.IntegerType()),
            column("artist_id", T.StringType()),
            column("artist_name", T.StringType()),
            column("track_name", T.StringType(), nullable=True),
            column("degree", T.IntegerType()),
            column("source", VECTOR),
            column("target", VECTOR),
        ]
    ),
)
VECTORS_AT_ONCE = 1_024
# The kinds of models, by what their items are.
ARTIST, TRACK = "artist", "track"


def build(items: DataFrame, community_plays: DataFrame, folder: Path, *, kind: str, version: str) -> DataFrame:
    """The items of the model in the folder with their names, in the spelling that most listeners have.

    The low-rank score of an item is its `target` times the sum of the `source` vectors of a listener's items.
    """
    item = F.col("item")
    spelled = community_plays.groupBy(item_of(kind).alias("item")).agg(
        F.first("artist_id").alias("artist_id"),
        *(most_frequent(name).alias(name) for name in ("artist_name", "track_name")),
    )
    track_name = F.col("track_name") if kind == TRACK else F.lit(None).cast("string")
    named = items.join(spelled, on="item", how="inner").select(
        F.lit(kind).alias("kind"),
        F.lit(version).alias("version"),
        item.alias("item_id"),
        "item_index",
        "artist_id",
        "artist_name",
        track_name.alias("track_name"),
        "degree",
    )
    return conform(_with_vectors(named, folder), TABLE)


def item_of(kind: str) -> Column:
    """The id of the item for this kind of model; null if a row has none."""
    return F.col("artist_id" if kind == ARTIST else "track_id")


def _with_vectors(named: DataFrame, folder: Path) -> DataFrame:
    def read(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        vectors = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("source", "target")}
        for batch in batches:
            for begin in range(0, batch.num_rows, VECTORS_AT_ONCE):
                part = batch.slice(begin, VECTORS_AT_ONCE)
                rows = part["item_index"].to_numpy()
                columns = [pa.array(list(vectors[name][rows]), pa.list_(pa.float32())) for name in vectors]
                yield pa.RecordBatch.from_arrays([*part.columns, *columns], names=[*part.schema.names, *vectors])

    schema = T.StructType([*named.schema.fields, T.StructField("source", VECTOR), T.StructField("target", VECTOR)])
    return named.mapInArrow(read, schema)
