"""Landed answers about music as raw facts, with one schema for all methods and providers: all text, as it was sent."""

from collections.abc import Callable, Mapping

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

ASKED = ("artist", "album", "track", "tag", "autocorrect")
ECHOED = ("echoed_artist", "echoed_album", "echoed_track", "echoed_tag")
PAGE = (
    "batch_id",
    "username",
    "source",
    "method",
    "fetched_at",
    "unknown",
    *(f"asked_{name}" for name in ASKED),
    *ECHOED,
)
# What a row may contain; null if it does not.
ROW = (
    *("name", "row_artist", "row_artist_mbid", "mbid", "url"),
    *("match", "listeners", "playcount", "rank", "count", "duration"),
)


def parsed(pages: DataFrame) -> DataFrame:
    """The pages with the body parsed as `said` (null if it is not JSON), the method, and what was asked."""
    return pages.withColumns(
        {
            "said": F.expr("try_parse_json(trim(LEADING '\ufeff' FROM body))"),
            "method": F.col("request")["method"],
            **{f"asked_{name}": F.col("request")[name] for name in ASKED},
        }
    )


def exploded(answers: DataFrame, rows: Column, told: Mapping[str, Column], unusable: Column) -> DataFrame:
    """One row per element of `rows`, as `sent`; for an answer without rows, one row with `row` null.

    `answers` must have the columns in PAGE (those in ECHOED may be missing); `told` maps columns in ROW to where a row
    has them; `unusable` is the reason why a row cannot be read.
    """
    nothing = F.lit(None).cast("string")
    echoed = {name: nothing for name in ECHOED if name not in answers.columns}
    sent = answers.withColumns(echoed) if echoed else answers
    return sent.select("*", F.posexplode_outer(rows).alias("row", "sent")).select(
        *PAGE,
        "row",
        *(told.get(name, nothing).alias(name) for name in ROW),
        unusable.alias("unusable"),
        F.coalesce(F.expr("to_json(sent)"), "body").alias("as_sent"),
    )


def by_method(methods: Mapping[str, object], of: Callable[[str], Column]) -> Column:
    """The column that `of` gives for the page's method; null for methods that are not in `methods`."""
    branches = F.lit(None)
    for method in methods:
        branches = F.when(F.col("method") == method, of(method)).otherwise(branches)
    return branches


def variant(column: str, path: str) -> Column:
    """The value at the path; null if there is none."""
    return F.expr(f"try_variant_get({column}, '{path}')")


def text(column: str, path: str) -> Column:
    """The value at the path as text; null if there is none."""
    return F.expr(f"try_variant_get({column}, '{path}', 'string')")
