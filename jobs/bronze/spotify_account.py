"""Spotify's account data, which cover the last year: the landed streams as raw plays."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.bronze.json_lines import is_told, number, plays, records, text
from jobs.bronze.spotify import too_short

SOURCE, METHOD = "spotify-account", "streaming-history"


def raw_plays(pages: DataFrame) -> DataFrame:
    """One row per stream. Its time is when it ended, in UTC, to the minute."""
    return plays(
        records(pages),
        "$.trackName",
        "$.artistName",
        "$.endTime",
        artist=text("$.artistName"),
        track=text("$.trackName"),
        time=F.array_compact(F.array(text("$.endTime"))),
        time_is_end=F.expr("true"),
        ms_played=text("$.msPlayed"),
        unusable=F.when(is_told("$.podcastName"), "a podcast episode").otherwise(too_short(number("$.msPlayed"))),
    )
