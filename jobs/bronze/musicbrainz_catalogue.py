"""MusicBrainz' answers about artists, releases and tags: the rows of landed answers as raw facts."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs import questions
from jobs.bronze.answers import exploded, parsed, text

FULL_COUNT = 100


def raw_facts(pages: DataFrame) -> DataFrame:
    """One row per artist, tag, track of a release or recording. What MusicBrainz did not find is unknown.

    Votes for a tag become counts relative to 100 for the top tag, as Last.fm gives them.
    """
    answers = parsed(pages).withColumns(
        {
            "asked_mbid": F.coalesce(F.col("request")["artist_mbid"], F.lit("")),
            "unknown": F.coalesce(F.col("request")["found"] == "no", F.expr("false")),
        }
    )
    found = answers.withColumn("found", _found()).withColumn("votes", F.array_max(F.transform("found", _votes)))
    is_artist = F.col("method") == questions.ARTIST_INFO
    seconds = F.coalesce(text("sent", "$.recording.length"), text("sent", "$.length")).try_cast("double") / 1_000
    told = {
        "name": F.coalesce(text("sent", "$.name"), text("sent", "$.title")),
        "mbid": F.coalesce(text("sent", "$.recording.id"), text("sent", "$.id")),
        "row_artist": F.when(~is_artist & ~_is_theirs(), text("sent", '$["artist-credit"][0].name')),
        "row_artist_mbid": F.coalesce(
            text("sent", '$["artist-credit"][0].artist.id'), F.nullif("asked_mbid", F.lit(""))
        ),
        "count": F.when(
            F.col("method") == questions.ARTIST_TAGS,
            F.round(F.try_divide(FULL_COUNT * F.greatest(_votes(F.col("sent")), F.lit(0)), F.col("votes"))).cast(
                "string"
            ),
        ),
        "duration": F.when(F.col("method").isin(questions.ALBUM_INFO, questions.TAG_TRACKS), seconds.cast("string")),
    }
    return exploded(found, _rows(), told, _unusable())


def _found() -> Column:
    """The answer's rows; null if the body is no answer."""
    return F.expr(f"""
        CASE WHEN method = '{questions.ARTIST_INFO}' THEN {_chosen("said")}
             WHEN method = '{questions.ARTIST_TAGS}' THEN coalesce(
                 {_list("said", "$.tags")},
                 flatten(transform({_chosen("said")}, one -> coalesce({_list("one", "$.tags")}, {NOTHING}))),
                 if(try_variant_get(said, '$.id', 'string') IS NOT NULL, {NOTHING}, NULL))
             WHEN method = '{questions.ALBUM_INFO}' THEN flatten(transform(
                 coalesce({_list("said", "$.releases[0].media")}, {_list("said", "$.media")}),
                 medium -> coalesce({_list("medium", "$.tracks")}, {NOTHING})))
             WHEN method = '{questions.TAG_TRACKS}' THEN {_list("said", "$.recordings")} END
    """)


NOTHING = "CAST(array() AS ARRAY<VARIANT>)"


def _list(column: str, path: str) -> str:
    return f"try_variant_get({column}, '{path}', 'array<variant>')"


def _chosen(column: str) -> str:
    """The one that was chosen among the artists that a search found."""
    return f"filter({_list(column, '$.artists')}, one -> try_variant_get(one, '$.id', 'string') = asked_mbid)"


def _rows() -> Column:
    no_answer = F.array(F.lit(None).cast("variant"))
    nothing = F.array().cast("array<variant>")
    return F.when(F.col("unknown"), nothing).otherwise(F.coalesce("found", no_answer))


def _votes(row: Column) -> Column:
    return F.try_variant_get(row, "$.count", "double")


def _is_theirs() -> Column:
    """Whether the row is by the artist who was asked for, or does not say who it is by."""
    credited = F.expr("""try_variant_get(sent, '$["artist-credit"]', 'array<variant>')""")
    ids = F.transform(credited, lambda one: F.try_variant_get(one, "$.artist.id", "string"))
    return F.coalesce(F.array_contains(ids, F.nullif("asked_mbid", F.lit(""))), credited.isNull())


def _unusable() -> Column:
    is_object = F.expr("schema_of_variant(sent) LIKE 'OBJECT%'")
    return F.when(F.col("row").isNotNull() & F.col("sent").isNull(), "no answer to what was asked").when(
        ~is_object, "wrong type"
    )
