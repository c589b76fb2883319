"""Maloja's export: the landed scrobbles as raw plays."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.bronze.json_lines import plays, records, text

SOURCE, METHOD = "maloja", "scrobbles"


def raw_plays(pages: DataFrame) -> DataFrame:
    """One row per scrobble. Maloja lists a track's artists; the first is taken as the track's artist."""
    return plays(
        records(pages),
        "$.track.title",
        "$.title",
        "$.track.artists[0]",
        "$.artists[0]",
        "$.time",
        artist=text("$.track.artists[0]", "$.artists[0]"),
        track=text("$.track.title", "$.title"),
        album=text("$.track.album.albumtitle", "$.track.album.name", "$.album.albumtitle", "$.extra.album_name"),
        time=F.array_compact(F.array(text("$.time"))),
    )
