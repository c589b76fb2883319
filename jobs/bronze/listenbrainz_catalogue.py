"""ListenBrainz' answers about artists: the rows of landed answers as raw facts."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs import questions
from jobs.bronze.answers import by_method, exploded, parsed, text

# Most rows read, by method: ListenBrainz sends more similar artists and albums than are requested from Last.fm.
MOST_ROWS = {questions.SIMILAR_ARTISTS: 20, questions.TOP_TRACKS: 1_000, questions.TOP_ALBUMS: 10}
NAMES = {
    questions.SIMILAR_ARTISTS: "$.name",
    questions.TOP_TRACKS: "$.recording_name",
    questions.TOP_ALBUMS: "$.release_group.name",
}
MBIDS = {
    questions.SIMILAR_ARTISTS: "$.artist_mbid",
    questions.TOP_TRACKS: "$.recording_mbid",
    questions.TOP_ALBUMS: "$.release_group_mbid",
}


def raw_facts(pages: DataFrame) -> DataFrame:
    """One row per element of an answer, which is a list. Artists without MBID cannot be asked for: they are unknown."""
    answers = parsed(pages).withColumns(
        {
            "asked_mbid": F.coalesce(F.col("request")["artist_mbid"], F.lit("")),
            "listed": F.expr("try_variant_get(said, '$', 'array<variant>')"),
        }
    )
    known = answers.withColumns(
        {
            "unknown": F.col("asked_mbid") == "",
            "highest": F.array_max(F.transform("listed", _score)),
        }
    )
    is_similar, is_tracks = (F.col("method") == method for method in (questions.SIMILAR_ARTISTS, questions.TOP_TRACKS))
    told = {
        "name": by_method(NAMES, lambda method: text("sent", NAMES[method])),
        "mbid": by_method(MBIDS, lambda method: text("sent", MBIDS[method])),
        # A track by several artists counts as the asked artist's own, so it gets no other artist.
        "row_artist": F.when(is_tracks & ~_is_theirs(), text("sent", "$.artist_name")),
        "row_artist_mbid": F.col("asked_mbid"),
        "match": F.when(is_similar, F.try_divide(_score(F.col("sent")), F.col("highest")).cast("string")),
        "listeners": text("sent", "$.total_user_count"),
        "playcount": text("sent", "$.total_listen_count"),
        "duration": F.when(is_tracks, text("sent", "$.length")),
    }
    return exploded(known, _rows(), told, _unusable())


def _rows() -> Column:
    most = by_method(MOST_ROWS, lambda method: F.lit(MOST_ROWS[method]))
    nothing = F.array().cast("array<variant>")
    no_answer = F.array(F.lit(None).cast("variant"))
    return (
        F.when(F.col("unknown"), nothing)
        .when(F.col("listed").isNull(), no_answer)
        .otherwise(F.slice("listed", 1, most))
    )


def _score(row: Column) -> Column:
    return F.try_variant_get(row, "$.score", "double")


def _is_theirs() -> Column:
    credited = F.expr("try_variant_get(sent, '$.artist_mbids', 'array<string>')")
    return F.coalesce(F.array_contains(credited, F.col("asked_mbid")), text("sent", "$.artist_name").isNull())


def _unusable() -> Column:
    is_object = F.expr("schema_of_variant(sent) LIKE 'OBJECT%'")
    return F.when(F.col("row").isNotNull() & F.col("sent").isNull(), "no answer to what was asked").when(
        ~is_object, "wrong type"
    )
