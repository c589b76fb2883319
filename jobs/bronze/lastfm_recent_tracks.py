"""user.getRecentTracks: the rows of landed pages as raw plays."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.bronze.raw_plays import COLUMNS

SOURCE, METHOD = "lastfm", "user.getrecenttracks"


def raw_plays(pages: DataFrame) -> DataFrame:
    """One row per element of `recenttracks.track`, now-playing rows included."""
    tracks = pages.withColumn("tracks", F.expr("try_variant_get(try_parse_json(body), '$.recenttracks.track')"))
    # A single track is sent as an object instead of a list; no tracks as [], "" or a missing key.
    rows = F.expr("coalesce(try_variant_get(tracks, '$', 'array<variant>'), array(tracks))")
    exploded = tracks.select("*", F.posexplode(rows).alias("row", "sent")).where(
        "sent IS NOT NULL AND schema_of_variant(sent) NOT IN ('VOID', 'STRING')"
    )
    # With extended=1 the artist's name is in `name`, else in `#text`.
    named = exploded.withColumns(
        {
            "artist": F.coalesce(_text('$.artist["#text"]'), _text("$.artist.name")),
            "track": _text("$.name"),
            "album": _text('$.album["#text"]'),
            "track_mbid": _text("$.mbid"),
            "artist_mbid": _text("$.artist.mbid"),
            "time": F.array(_text("$.date.uts")),
            "timezone": F.lit("UTC"),
            "teller": F.col("source"),
            "time_is_end": F.expr("false"),
            "ms_played": F.lit(None).cast("string"),
            "unusable": F.when(_text('$["@attr"].nowplaying') == "true", "now playing").when(
                F.expr("schema_of_variant(sent) NOT LIKE 'OBJECT%'") | _is_nested("$.name") | _is_nested("$.date.uts"),
                "wrong type",
            ),
            "as_sent": F.expr("to_json(sent)"),
        }
    )
    return named.select(*COLUMNS)


def _text(path: str) -> Column:
    return F.expr(f"try_variant_get(sent, '{path}', 'string')")


def _is_nested(path: str) -> Column:
    kind = F.expr(f"schema_of_variant(try_variant_get(sent, '{path}'))")
    return F.coalesce(kind.rlike("^(OBJECT|ARRAY)"), F.expr("false"))
