"""Spotify's extended streaming history: the landed streams as raw plays."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.bronze.json_lines import is_told, number, plays, records, text

SOURCE, METHOD = "spotify", "streaming-history"
# The usual minimum for a play in this field, as at Last.fm.
SHORTEST_PLAY_MS = 30_000


def raw_plays(pages: DataFrame) -> DataFrame:
    """One row per stream. Its time is when it ended; files of videos are recognized by their names only."""
    is_video = F.coalesce(F.col("request")["kind"] == "video", F.expr("false"))
    is_podcast = is_told("$.episode_name") | is_told("$.spotify_episode_uri")
    is_book = is_told("$.audiobook_title") | is_told("$.audiobook_uri")
    return plays(
        records(pages),
        "$.master_metadata_track_name",
        "$.master_metadata_album_artist_name",
        "$.ts",
        artist=text("$.master_metadata_album_artist_name"),
        track=text("$.master_metadata_track_name"),
        album=text("$.master_metadata_album_album_name"),
        time=F.array_compact(F.array(text("$.ts"))),
        time_is_end=F.expr("true"),
        ms_played=text("$.ms_played"),
        unusable=F.when(is_video, "a video")
        .when(is_podcast, "a podcast episode")
        .when(is_book, "an audiobook")
        .otherwise(too_short(number("$.ms_played"))),
    )


def too_short(ms_played: Column) -> Column:
    """Why a stream of this length is no play; null if it is one."""
    return F.when(ms_played.isNull(), "no length: when it began is not known").when(
        ms_played < SHORTEST_PLAY_MS, "played for less than 30 seconds"
    )
