"""Why a row of an answer cannot be a fact, and why a whole answer is not about what was asked."""

from collections.abc import Iterator

from pyspark.sql import Column
from pyspark.sql import functions as F

from jobs.questions import (
    ARTIST_TAGS,
    METHODS,
    SIMILAR_ARTISTS,
    TAG_TRACKS,
    TOP_ALBUMS,
    TOP_TRACKS,
    TRACK_TAGS,
)

COUNTED_TAGS = (ARTIST_TAGS, TRACK_TAGS)
COUNTS = ("listeners", "playcount", "count")
NUMBERS = (*COUNTS, "rank", "match")
# More than all plays of everybody: larger numbers are no counts.
LARGEST = 1_000_000_000_000


def from_one_of(*methods: str) -> Column:
    """Whether the fact comes from one of these methods."""
    return F.col("method").isin(*methods)


def misdirected() -> Column:
    """Why the page as a whole is refused; null if it is about what was asked.

    With `autocorrect` an artist, album or track may have another name than the one that was asked for; a tag never has.
    """
    corrected = F.coalesce(F.col("asked_autocorrect") == "1", F.expr("false"))
    understood = from_one_of(*METHODS) & (F.col("subject") != "")
    return F.coalesce(
        F.when(~F.coalesce(understood, F.expr("false")), "the request does not say what was asked"),
        F.when(from_one_of(TAG_TRACKS) & _differs("tag"), "about another tag"),
        *(F.when(~corrected & _differs(part), f"about another {part}") for part in ("artist", "album", "track")),
    )


def refusal() -> Column:
    """The first reason to refuse a row; null if there is none."""
    return F.coalesce("misdirected", "unusable", *_about_names(), *_about_match(), *_about_numbers())


def _about_names() -> Iterator[Column]:
    itself = F.col("about").isin(F.col("artist_id"), F.coalesce("echoed_artist_key", "artist_id"))
    yield F.when(_is_blank("name_key"), "no name")
    yield F.when(~from_one_of(SIMILAR_ARTISTS, *COUNTED_TAGS) & _is_blank("row_artist_id"), "no artist")
    yield F.when(
        from_one_of(TOP_TRACKS, TOP_ALBUMS) & (F.col("row_artist_id") != F.col("artist_id")), "by another artist"
    )
    yield F.when(from_one_of(SIMILAR_ARTISTS) & itself, "the artist itself")


def _about_match() -> Iterator[Column]:
    yield F.when(from_one_of(SIMILAR_ARTISTS) & _is_blank("match"), "no match")
    yield _unreadable("match")
    yield F.when(~F.col("match_number").between(0, 1), "match outside 0 to 1")


def _about_numbers() -> Iterator[Column]:
    yield F.when(from_one_of(*COUNTED_TAGS) & _is_blank("count"), "no count")
    yield F.when(F.col("rank_number") < 1, "rank below 1")
    for name in (*COUNTS, "rank"):
        number = F.col(f"{name}_number")
        yield _unreadable(name)
        yield F.when(number < 0, f"negative {name}")
        yield F.when(number > LARGEST, f"{name} above {LARGEST:,}")


def _is_blank(name: str) -> Column:
    return F.trim(F.coalesce(name, F.lit(""))) == ""


def _differs(part: str) -> Column:
    """Whether the answer names another artist, album, track or tag than was asked for."""
    return ~_is_blank(f"echoed_{part}_key") & (F.col(f"echoed_{part}_key") != F.col(f"asked_{part}_key"))


def _unreadable(name: str) -> Column:
    return F.when(~_is_blank(name) & F.col(f"{name}_number").isNull(), f"wrong type: the {name} cannot be read")
