"""silver.community_similar_artists: one row per artist and artist similar by common listeners; the nearest has 1."""

from datetime import datetime

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.lake import Table, column, conform

TABLE = Table(
    name="silver.community_similar_artists",
    reads=("silver.community_items",),
    key=("artist_id", "similar_artist_id"),
    schema=T.StructType(
        [
            column("artist_id", T.StringType()),
            column("similar_artist_id", T.StringType()),
            column("similar_artist_name", T.StringType()),
            column("match", T.DoubleType()),
            column("fitted_at", T.TimestampType()),
        ]
    ),
)
# The same number as is asked of a provider.
NEIGHBOURS = 20
# With fewer listeners, a single one would decide.
FEWEST_LISTENERS = 5


def seeds(items: DataFrame) -> DataFrame:
    """The artists with enough listeners, each as a listener who plays only this artist."""
    known = items.where(F.col("degree") >= FEWEST_LISTENERS)
    return known.select(F.col("item_id").alias("listener"), F.array("item_index").alias("items"))


def build(best: DataFrame, items: DataFrame, *, fitted_at: datetime) -> DataFrame:
    """match = the score of the similar artist for somebody who plays only the artist, divided by the best score."""
    listed = best.select("listener", F.explode(F.arrays_zip("best", "scores")).alias("near"), "scores").select(
        F.col("listener").alias("artist_id"),
        F.col("near.best").cast("int").alias("item_index"),
        (F.col("near.scores") / F.element_at("scores", 1)).cast("double").alias("match"),
    )
    named = items.select("item_index", F.col("item_id").alias("similar_artist_id"), "artist_name")
    near = listed.where("match > 0").join(named, on="item_index", how="inner")
    rows = near.withColumnRenamed("artist_name", "similar_artist_name").withColumn("fitted_at", F.lit(fitted_at))
    return conform(rows.drop("item_index"), TABLE)
