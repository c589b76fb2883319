"""Last.fm's own data export: the landed scrobbles as raw plays."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.bronze.json_lines import plays, records, text

SOURCE, METHOD = "lastfm-export", "scrobbles"


def raw_plays(pages: DataFrame) -> DataFrame:
    """One row per scrobble. Its ISO time names no zone but is UTC, as the Unix time beside it shows."""
    return plays(
        records(pages),
        "$.track.name",
        "$.track.artist.name",
        "$.timestamp.unixtimestamp",
        artist=text("$.track.artist.name"),
        track=text("$.track.name"),
        album=text("$.album.name"),
        track_mbid=text("$.track.mbid"),
        artist_mbid=text("$.track.artist.mbid"),
        time=F.array_compact(F.array(text("$.timestamp.unixtimestamp"), text("$.timestamp.iso"))),
    )
