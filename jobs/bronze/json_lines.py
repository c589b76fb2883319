"""Reads pages of a service's export, which have one JSON record per line; each source's module uses these helpers."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.bronze.raw_plays import COLUMNS

# Columns that a source may leave out.
UNTOLD = ("album", "track_mbid", "artist_mbid", "ms_played", "unusable")


def records(pages: DataFrame) -> DataFrame:
    """One row per line: its text in `as_sent`, and the parsed JSON in `sent`, null if it is not JSON."""
    lines = pages.select("*", F.posexplode(F.split("body", "\n")).alias("row", "as_sent"))
    return lines.withColumn("sent", F.expr("try_parse_json(as_sent)"))


def plays(told: DataFrame, *names: str, **members: Column) -> DataFrame:
    """The records as raw plays, with these members. `names` are paths whose values must not be lists or objects."""
    unusable = F.coalesce(_unreadable(names), members.pop("unusable", F.lit(None)))
    untold = {name: F.lit(None).cast("string") for name in UNTOLD}
    fixed = {"teller": F.col("source"), "timezone": F.lit("UTC"), "time_is_end": F.expr("false")}
    return told.withColumns({**untold, **fixed, **members, "unusable": unusable}).select(*COLUMNS)


def text(*paths: str) -> Column:
    """The first of these members that exists, as text."""
    return F.coalesce(*(F.expr(f"try_variant_get(sent, '{path}', 'string')") for path in paths))


def number(path: str) -> Column:
    """The member as a whole number; null if it is none."""
    return F.expr(f"try_variant_get(sent, '{path}', 'bigint')")


def is_told(path: str) -> Column:
    """Whether the member exists and is not empty."""
    return F.coalesce(text(path), F.lit("")) != ""


def _unreadable(names: tuple[str, ...]) -> Column:
    is_object = F.expr("schema_of_variant(sent) LIKE 'OBJECT%'")
    nested = F.expr("false")
    for path in names:
        kind = F.expr(f"schema_of_variant(try_variant_get(sent, '{path}'))")
        nested = nested | F.coalesce(kind.rlike("^(OBJECT|ARRAY)"), F.expr("false"))
    return (
        F.when(F.col("sent").isNull(), "not JSON")
        .when(text('$["segue:not-utf-8"]').isNotNull(), "not UTF-8")
        .when(~is_object | nested, "wrong type")
    )
