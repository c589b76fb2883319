"""Selects the questions that are still open, and for each the provider to ask and the ids to ask with."""

from datetime import datetime

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.aliases import known_facts
from jobs.columns import canonical, most_frequent
from jobs.lake import Lake
from jobs.providers import place_of
from jobs.questions import ALBUM_INFO, BUNDLED, LASTFM, TOP_ALBUMS, Askable, Question
from jobs.silver import artist_top_albums, artists, plays

SUBJECT = ["method", "subject"]
# These providers are asked by name, the others by MBID.
ASKED_BY_NAME = {LASTFM, BUNDLED}


def best_open(wanted: DataFrame, log: DataFrame, askable: Askable, *, since: datetime, most: int) -> DataFrame:
    """Up to `most` open questions for each provider, best first, with the provider as `source`.

    A question goes to the first provider that may be asked and has given no answer after `since`, not even that it has
    nothing. It is open unless a provider of higher rank has answered it with facts.
    """
    is_known = (F.col("answer") != "refused") & (F.col("fetched_at") > F.lit(since))
    told = F.when(F.col("answer") == "facts", place_of("source"))
    known = (
        log.where(is_known).groupBy(*SUBJECT).agg(F.collect_set("source").alias("answered"), F.min(told).alias("told"))
    )
    joined = wanted.where("value > 0").join(known, on=SUBJECT, how="left")
    unasked = F.filter(
        _providers(askable),
        lambda name: ~F.array_contains(F.coalesce("answered", F.array().cast("array<string>")), name),
    )
    addressed = joined.withColumn("source", F.try_element_at(unasked, F.lit(1))).where("source IS NOT NULL")
    open_questions = addressed.where(F.col("told").isNull() | (place_of("source") < F.col("told")))
    best = Window.partitionBy("source").orderBy(F.desc("value"), *SUBJECT)
    placed = open_questions.withColumn("place", F.row_number().over(best)).where(F.col("place") <= most)
    return placed.orderBy(F.desc("value"), *SUBJECT).drop("place", "answered", "told")


def without_trackless_albums(
    log: DataFrame, top_albums: DataFrame, album_tracks: DataFrame, askable: Askable
) -> DataFrame:
    """The log, in which albums are nothing told while tracks of some are not: who can tell both is asked for theirs.

    `top_albums` are those whose tracks are wanted. Who tells tracks as well as albums has told all that they know.
    """
    tells_tracks = set(askable.get(ALBUM_INFO, ()))
    if set(askable.get(TOP_ALBUMS, ())) & tells_tracks <= {LASTFM}:
        return log
    trackless = top_albums.join(album_tracks, on=["artist_id", "album_id"], how="left_anti")
    subjects = trackless.select(F.col("artist_id").alias("subject"), F.expr("true").alias("trackless")).distinct()
    told_albums = (F.col("method") == TOP_ALBUMS) & (F.col("answer") == "facts")
    is_of_no_use = told_albums & F.col("trackless") & ~F.col("source").isin(*tells_tracks)
    answer = F.when(is_of_no_use, "nothing").otherwise(F.col("answer"))
    return log.join(subjects, on="subject", how="left").withColumn("answer", answer).drop("trackless")


def identified(lake: Lake, found: DataFrame, askable: Askable) -> tuple[Question, ...]:
    """The rows as questions, in order; with MBIDs of artist and album if any provider is asked by them."""
    if {name for names in askable.values() for name in names} <= ASKED_BY_NAME:
        named = found.withColumns({"artist_mbid": F.lit(None), "album_mbid": F.lit(None)})
    else:
        keyed = found.withColumns({"artist_id": canonical("artist"), "album_id": canonical("album")})
        named = keyed.join(_artists(lake), on="artist_id", how="left").join(
            _albums(lake), on=["artist_id", "album_id"], how="left"
        )
    rows = named.orderBy(F.desc("value"), *SUBJECT).collect()
    return tuple(
        Question(
            *(row.method, row.artist, row.album, row.track, row.tag, row.value, row.source),
            artist_mbid=row.artist_mbid or "",
            album_mbid=row.album_mbid or "",
        )
        for row in rows
    )


def _providers(askable: Askable) -> Column:
    """The providers that may be asked with the row's method; empty if there are none."""
    names = F.array().cast("array<string>")
    for method, providers in askable.items():
        names = F.when(F.col("method") == method, F.array(*map(F.lit, providers)).cast("array<string>")).otherwise(
            names
        )
    return names


def _artists(lake: Lake) -> DataFrame:
    """`artist_mbid` by artist: the one in the catalogue, else the most frequent one in plays."""
    (facts,) = known_facts(lake, artists.TABLE)
    known = facts.select("artist_id", F.col("artist_mbid").alias("known"))
    played = lake.read(plays.TABLE).where("artist_mbid IS NOT NULL").groupBy("artist_id")
    heard = played.agg(most_frequent("artist_mbid").alias("heard"))
    both = known.join(heard, on="artist_id", how="full_outer")
    return both.select("artist_id", F.coalesce("known", "heard").alias("artist_mbid"))


def _albums(lake: Lake) -> DataFrame:
    (facts,) = known_facts(lake, artist_top_albums.TABLE)
    return facts.select("artist_id", "album_id", "album_mbid")
