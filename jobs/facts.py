"""Interprets raw facts: what each row of an answer is about, or why it must be refused."""

from collections.abc import Mapping

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.columns import canonical, trimmed
from jobs.questions import (
    ALBUM_INFO,
    ARTIST_INFO,
    ARTIST_TAGS,
    SIMILAR_ARTISTS,
    TAG_TRACKS,
    TOP_ALBUMS,
    TOP_TRACKS,
    TRACK_INFO,
    TRACK_TAGS,
)
from jobs.refusals import COUNTED_TAGS, COUNTS, NUMBERS, from_one_of, misdirected, refusal

ABOUT_ARTISTS = (SIMILAR_ARTISTS, TOP_TRACKS, TOP_ALBUMS, ARTIST_TAGS, ARTIST_INFO)
ABOUT_TRACKS = (TRACK_TAGS, TRACK_INFO)
TRACK_LISTS = (TOP_TRACKS, ALBUM_INFO, TAG_TRACKS)
# For each of these, `<name>_key` is its canonical form.
NAMES = (
    *("asked_artist", "asked_album", "asked_track", "asked_tag"),
    *("echoed_artist", "echoed_album", "echoed_track", "echoed_tag"),
    *("name", "row_artist"),
)
# track.getInfo gives milliseconds, the lists seconds.
MILLISECONDS = {TRACK_INFO: 1, ALBUM_INFO: 1_000, TAG_TRACKS: 1_000}
LONGEST_MS = 7 * 86_400_000
FACTS = (
    *("batch_id", "username", "source", "method", "subject", "fetched_at", "unknown", "misdirected"),
    *("artist_id", "asked_artist", "artist_name", "corrected_to", "album_id", "album_name", "tag", "asked_track"),
    *("row", "about", "refusal", "duplicate", "kept", "tells", "name", "track_id", "track_name", "place"),
    *("row_artist_id", "row_artist_name", "row_artist_mbid", "mbid", "url"),
    *("match", "listeners", "playcount", "count", "duration_ms", "as_sent"),
)


def typed(raw_facts: DataFrame) -> DataFrame:
    """Every raw fact with its ids and numbers; `refusal` has the reason if it must be refused, else null.

    `about` is what the row is about: an artist_id, a track_id, an album_id or a tag. A row about the same as a better
    one of its answer is a `duplicate`; `kept` rows are neither refused nor duplicate. `tells` is true for kept rows,
    and for the row that stands for a valid answer without rows: that the artist or track is known is a fact, too.
    """
    measured = {f"{name}_number": F.expr(f"try_cast({name} AS double)") for name in (*NUMBERS, "duration")}
    keyed = raw_facts.withColumns({f"{name}_key": canonical(name) for name in NAMES}).withColumns(measured)
    identified = keyed.withColumns(_subject()).withColumns(_artist_of_row()).withColumns(_track_of_row())
    judged = identified.withColumns({"about": _about(), "misdirected": misdirected()})
    # A page without rows that is refused as a whole becomes one refused row.
    rows = judged.withColumn("row", F.coalesce("row", F.when(F.col("misdirected").isNotNull(), F.lit(0))))
    refused = rows.withColumn("refusal", F.when(F.col("row").isNotNull(), refusal()))
    return _accounted(refused).withColumns(_values()).select(*FACTS)


def kept(facts: DataFrame, *methods: str) -> DataFrame:
    """The kept rows of these methods' answers."""
    return facts.where(F.col("kept") & from_one_of(*methods))


def telling(facts: DataFrame, *methods: str) -> DataFrame:
    """The kept rows of these methods' answers, and the rows that stand for valid answers without rows."""
    return facts.where(F.col("tells") & from_one_of(*methods))


def by_method(values: Mapping[str, int]) -> Column:
    """The number for the fact's method; null if there is none."""
    return F.try_element_at(F.create_map(*(F.lit(part) for pair in values.items() for part in pair)), F.col("method"))


def _subject() -> dict[str, Column]:
    """What was asked, and the page's spelling of it; if the page repeats another name, that is `corrected_to`."""
    about_album, about_track = (
        F.concat(f"asked_{name}_key", F.lit("|"), "asked_artist_key") for name in ("album", "track")
    )
    tag = F.lower(trimmed("asked_tag"))
    subject = (
        F.when(from_one_of(TAG_TRACKS), tag)
        .when(from_one_of(ALBUM_INFO), about_album)
        .when(from_one_of(*ABOUT_TRACKS), about_track)
    )
    other_name = from_one_of(*ABOUT_ARTISTS) & (F.col("echoed_artist_key") != F.col("asked_artist_key"))
    return {
        "subject": F.coalesce(subject.otherwise(F.col("asked_artist_key")), F.lit("")),
        "artist_id": F.col("asked_artist_key"),
        "asked_artist": trimmed("asked_artist"),
        "artist_name": _if_same("echoed_artist", "asked_artist"),
        "corrected_to": F.when(other_name, F.nullif(trimmed("echoed_artist"), F.lit(""))),
        "album_id": F.col("asked_album_key"),
        "album_name": F.coalesce(_if_same("echoed_album", "asked_album"), trimmed("asked_album")),
        "tag": tag,
        "asked_track": trimmed("asked_track"),
    }


def _artist_of_row() -> dict[str, Column]:
    """The row's artist: the one that was asked for if the row names the answer's own artist, or none."""
    own = (F.col("row_artist_key") == F.col("echoed_artist_key")) | (
        F.col("row_artist").isNull() & ~from_one_of(TAG_TRACKS)
    )
    is_own = F.coalesce(own, F.expr("false"))
    spelt = F.when(is_own, _if_same("row_artist", "asked_artist")).otherwise(trimmed("row_artist"))
    return {
        "row_artist_id": F.when(is_own, F.col("artist_id")).otherwise(F.col("row_artist_key")),
        "row_artist_name": F.coalesce(spelt, F.when(is_own, F.coalesce("artist_name", "asked_artist"))),
    }


def _track_of_row() -> dict[str, Column]:
    listed = F.concat("name_key", F.lit("|"), "row_artist_id")
    return {
        "track_id": F.when(from_one_of(*TRACK_LISTS), listed).when(from_one_of(*ABOUT_TRACKS), F.col("subject")),
        "track_name": F.when(from_one_of(*TRACK_LISTS), trimmed("name")).otherwise(
            _if_same("echoed_track", "asked_track")
        ),
    }


def _about() -> Column:
    tag = F.lower(trimmed("name"))
    return (
        F.when(from_one_of(*TRACK_LISTS), F.col("track_id"))
        .when(from_one_of(*COUNTED_TAGS), tag)
        .when(from_one_of(SIMILAR_ARTISTS, TOP_ALBUMS), F.col("name_key"))
        .otherwise(F.col("subject"))
    )


def _accounted(refused: DataFrame) -> DataFrame:
    """Adds `duplicate`, `kept` and `tells` to each row; see `typed`."""
    is_row = F.col("row").isNotNull()
    place = F.coalesce(F.col("rank_number").try_cast("int"), F.col("row") + 1)
    sound = refused.withColumns({"place": place, "sound": is_row & F.col("refusal").isNull()})
    best_first = Window.partitionBy("batch_id", "sound", "about").orderBy("place", "row")
    again = F.col("sound") & (F.row_number().over(best_first) > 1)
    counted = sound.withColumn("duplicate", again).withColumn("kept", F.col("sound") & ~F.col("duplicate"))
    return counted.withColumn("tells", F.col("kept") | (~is_row & ~F.col("unknown")))


def _values() -> dict[str, Column]:
    duration = F.col("duration_number") * F.coalesce(by_method(MILLISECONDS), F.lit(1))
    return {
        "name": trimmed("name"),
        "match": F.col("match_number"),
        **{name: F.col(f"{name}_number").try_cast("bigint") for name in COUNTS},
        "duration_ms": F.when(duration.between(1, LONGEST_MS), duration.try_cast("bigint")),
        # Null for "", and for an object or list in place of a text.
        **{name: F.when(F.col(name).rlike(r"^[^\s\[{]"), F.trim(name)) for name in ("row_artist_mbid", "mbid", "url")},
        "as_sent": F.when(F.col("refusal").isNotNull(), F.col("as_sent")),
    }


def _if_same(told: str, asked: str) -> Column:
    """The page's spelling, if it is one of the name that was asked for."""
    return F.when(F.col(f"{told}_key") == F.col(f"{asked}_key"), trimmed(told))
