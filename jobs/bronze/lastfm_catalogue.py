"""Last.fm's answers about music: the rows of landed answers as raw facts."""

from collections.abc import Callable

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs import questions
from jobs.bronze.answers import by_method, exploded, parsed, text, variant

# By method: the member of the body that holds the answer, and the path in it to the rows; "$" if it is the only row.
ANSWERS = {
    questions.SIMILAR_ARTISTS: ("similarartists", "$.artist"),
    questions.TOP_TRACKS: ("toptracks", "$.track"),
    questions.TOP_ALBUMS: ("topalbums", "$.album"),
    questions.ARTIST_TAGS: ("toptags", "$.tag"),
    questions.ARTIST_INFO: ("artist", "$"),
    questions.ALBUM_INFO: ("album", "$.tracks.track"),
    questions.TRACK_TAGS: ("toptags", "$.tag"),
    questions.TRACK_INFO: ("track", "$"),
    questions.TAG_TRACKS: ("tracks", "$.track"),
}
# Where an answer repeats what was asked. With `autocorrect` that may be another spelling, or another name.
ECHOES = {
    "echoed_artist": {
        **dict.fromkeys(ANSWERS, '$["@attr"].artist'),
        questions.ARTIST_INFO: "$.name",
        questions.ALBUM_INFO: "$.artist",
        questions.TRACK_INFO: "$.artist.name",
    },
    "echoed_album": {questions.ALBUM_INFO: "$.name"},
    "echoed_track": {questions.TRACK_TAGS: '$["@attr"].track', questions.TRACK_INFO: "$.name"},
    "echoed_tag": {questions.TAG_TRACKS: '$["@attr"].tag'},
}
# The code of "not found".
UNKNOWN = "6"
# All text, as it was sent; null if the row does not have it.
ROW = {
    "name": ("$.name",),
    "row_artist": ("$.artist.name", '$.artist["#text"]'),
    "row_artist_mbid": ("$.artist.mbid",),
    "mbid": ("$.mbid",),
    "url": ("$.url",),
    "match": ("$.match",),
    "listeners": ("$.listeners", "$.stats.listeners"),
    "playcount": ("$.playcount", "$.stats.playcount"),
    "rank": ('$["@attr"].rank',),
    "count": ("$.count",),
    "duration": ("$.duration",),
}


def raw_facts(pages: DataFrame) -> DataFrame:
    """One row per row of an answer. One without rows gives one row with `row` null; a body without answer one row."""
    answers = parsed(pages).withColumns(
        {
            "answer": by_method(ANSWERS, lambda method: variant("said", f"$.{ANSWERS[method][0]}")),
            "unknown": F.coalesce(text("said", "$.error") == UNKNOWN, F.expr("false")),
        }
    )
    found = answers.withColumn("found", by_method(ANSWERS, lambda method: variant("answer", ANSWERS[method][1])))
    echoed = {name: by_method(ANSWERS, _teller(paths)) for name, paths in ECHOES.items()}
    told = {name: F.coalesce(*(text("sent", path) for path in paths)) for name, paths in ROW.items()}
    return exploded(found.withColumns(echoed), _rows(), told, _unusable())


def _rows() -> Column:
    """Last.fm sends a single row as an object instead of a list, and no rows as [], "" or a missing key."""
    return F.expr("""
        CASE WHEN unknown THEN array()
             WHEN answer IS NULL THEN array(CAST(NULL AS VARIANT))
             WHEN try_variant_get(found, '$', 'array<variant>') IS NOT NULL
             THEN variant_get(found, '$', 'array<variant>')
             WHEN schema_of_variant(found) NOT IN ('VOID', 'STRING') THEN array(found)
             ELSE array() END
    """)


def _unusable() -> Column:
    is_object = F.expr("schema_of_variant(sent) LIKE 'OBJECT%'")
    name_is_nested = _is_nested("$.name") | _is_nested("$.artist.name")
    return F.when(F.col("row").isNotNull() & F.col("sent").isNull(), "no answer to what was asked").when(
        ~is_object | name_is_nested, "wrong type"
    )


def _teller(paths: dict[str, str]) -> Callable[[str], Column]:
    return lambda method: text("answer", paths[method]) if method in paths else F.lit(None).cast("string")


def _is_nested(path: str) -> Column:
    kind = F.expr(f"schema_of_variant(try_variant_get(sent, '{path}'))")
    return F.coalesce(kind.rlike("^(OBJECT|ARRAY)"), F.expr("false"))
