"""silver.community_model: one row per kind of item: the model fitted on the community, with what it was fitted with.

What scoring maps into memory lies beside the table, in a folder that is called like the version.
"""

from pathlib import Path

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.lake import Table, column

NUMBERS = T.MapType(T.StringType(), T.DoubleType(), valueContainsNull=False)
TABLE = Table(
    name="silver.community_model",
    reads=("silver.community_plays",),
    key=("kind",),
    schema=T.StructType(
        [
            column("kind", T.StringType()),
            column("version", T.StringType()),
            column("listeners", T.LongType()),
            column("items", T.LongType()),
            column("pairs", T.LongType()),
            column("parameters", NUMBERS),
            column("metrics", NUMBERS),
            column("fitted_at", T.TimestampType()),
        ]
    ),
)
# With fewer, a neighbour is chance, and what is proposed is what some single person listens to.
FEWEST_LISTENERS = 20
# Delta leaves alone, and its VACUUM too, what begins so.
FILES = "_files"


def folder_of(table: Path, version: str) -> Path:
    """Where the files of a version lie."""
    return table / FILES / version


def located(community_model: DataFrame, kind: str) -> DataFrame | None:
    """The one row of the kind: `folder`, where its files lie, wherever the lake has been moved to; None without one."""
    of_kind = community_model.where(F.col("kind") == kind)
    if of_kind.isEmpty():
        return None
    # A URL, in which a plus sign stands for itself.
    address = F.replace(F.col("_metadata.file_path"), F.lit("+"), F.lit("%2B"))
    table = F.regexp_extract(F.url_decode(address), "^(?:file:/*)?(.*)/[^/]*$", 1)
    return of_kind.select(F.concat(F.lit("/"), table, F.lit(f"/{FILES}/"), "version").alias("folder"))
