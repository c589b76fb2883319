"""Koito's export: the landed listens as raw plays."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.bronze.json_lines import plays, records, text

SOURCE, METHOD = "koito", "listens"
ALIASES = "array<struct<alias: string, is_primary: boolean>>"
ARTISTS = f"array<struct<mbid: string, is_primary: boolean, aliases: {ALIASES}>>"


def raw_plays(pages: DataFrame) -> DataFrame:
    """One row per listen. Koito stores names as aliases, one of which is the primary."""
    artist = _primary(F.expr(f"try_variant_get(sent, '$.artists', '{ARTISTS}')"))
    return plays(
        records(pages),
        "$.listened_at",
        artist=_primary(artist["aliases"])["alias"],
        track=_primary(_aliases("$.track.aliases"))["alias"],
        album=_primary(_aliases("$.album.aliases"))["alias"],
        track_mbid=text("$.track.mbid"),
        artist_mbid=artist["mbid"],
        time=F.array_compact(F.array(text("$.listened_at"))),
    )


def _aliases(path: str) -> Column:
    return F.expr(f"try_variant_get(sent, '{path}', '{ALIASES}')")


def _primary(several: Column) -> Column:
    """The primary one, or the first if none is marked as primary."""
    primary = F.filter(several, lambda one: F.coalesce(one["is_primary"], F.expr("false")))
    return F.coalesce(F.try_element_at(primary, F.lit(1)), F.try_element_at(several, F.lit(1)))
