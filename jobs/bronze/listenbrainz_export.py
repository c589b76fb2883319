"""ListenBrainz's export: the landed listens as raw plays."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.bronze.json_lines import plays, records, text

SOURCE, METHOD = "listenbrainz-export", "listens"


def raw_plays(pages: DataFrame) -> DataFrame:
    """One row per listen."""
    return listens(records(pages))


def listens(told: DataFrame) -> DataFrame:
    """Listens with the names that were submitted; from ListenBrainz' mapping only the MBIDs are taken."""
    return plays(
        told,
        "$.track_metadata.track_name",
        "$.track_metadata.artist_name",
        "$.listened_at",
        artist=text("$.track_metadata.artist_name"),
        track=text("$.track_metadata.track_name"),
        album=text("$.track_metadata.release_name"),
        track_mbid=text(
            "$.track_metadata.mbid_mapping.recording_mbid",
            "$.track_metadata.additional_info.recording_mbid",
        ),
        artist_mbid=text(
            "$.track_metadata.mbid_mapping.artist_mbids[0]",
            "$.track_metadata.additional_info.artist_mbids[0]",
        ),
        time=F.array_compact(F.array(text("$.listened_at"))),
    )
