"""silver.community_model: one row per kind of item: the model fitted on the community, and its parameters.

The files that scoring maps into memory are beside the table, in a folder named after the version.
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
# With fewer, neighbours are chance, and proposals would be what a single person listens to.
FEWEST_LISTENERS = 20
# Delta, also its VACUUM, ignores folders that begin with an underscore.
FILES = "_files"


def folder_of(table: Path, version: str) -> Path:
    """The folder with the files of a version."""
    return table / FILES / version


def located(community_model: DataFrame, kind: str) -> DataFrame | None:
    """The kind's one row, with the `folder` of its files (found also if the lake was moved); None if there is none."""
    of_kind = community_model.where(F.col("kind") == kind)
    if of_kind.isEmpty():
        return None
    # The path is a URL, in which a plus sign means itself.
    address = F.replace(F.col("_metadata.file_path"), F.lit("+"), F.lit("%2B"))
    table = F.regexp_extract(F.url_decode(address), "^(?:file:/*)?(.*)/[^/]*$", 1)
    return of_kind.select(F.concat(F.lit("/"), table, F.lit(f"/{FILES}/"), "version").alias("folder"))
