"""CSV histories: the landed records as raw plays, with the columns that were recognized on import."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.bronze.raw_plays import COLUMNS

SOURCE, METHOD = "csv", "records"
FIELDS = ("artist", "track", "album", "track_mbid", "artist_mbid", "ms_played")
TIMES = ("time", "time_2", "time_3")


def raw_plays(pages: DataFrame) -> DataFrame:
    """One row per record. The request says which column holds what; a record's extra cells are under the key ''."""
    # Looked up once for each page, not for each record.
    request = F.col("request")
    placed = pages.withColumns({_column(name): request[name] for name in (*FIELDS, *TIMES)})
    placed = placed.withColumn("timezone", request["timezone"])
    records = F.from_json("body", "array<map<string, string>>")
    exploded = placed.select("*", F.posexplode(records).alias("row", "sent"))
    named = exploded.withColumns(
        {
            **{name: _cell(name) for name in FIELDS},
            "time": F.array(*map(_cell, TIMES)),
            "teller": F.concat_ws(":", "source", "origin"),
            "time_is_end": F.expr("false"),
            "unusable": _beside_the_columns(F.col("sent")[""]),
            "as_sent": F.to_json("sent"),
        }
    )
    return named.select(*COLUMNS)


def _cell(name: str) -> Column:
    return F.col("sent")[F.col(_column(name))]


def _column(field: str) -> str:
    return f"column_of_{field}"


def _beside_the_columns(rest: Column) -> Column:
    not_text = rest == "bytes that are not UTF-8"
    return (
        F.when(not_text, "not UTF-8")
        .when(rest == "not JSON", "not JSON")
        .when(rest.isNotNull(), "more fields than columns")
    )
