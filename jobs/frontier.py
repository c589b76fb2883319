"""Ranks the questions to ask providers next, by how much their answers would change the listeners' candidates.

The value of a question is the part of a listener's candidates of one strategy that depends on its answer, summed over
strategies and listeners. One answer serves all listeners, so questions that many need come first.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs import questions
from jobs.aliases import Aliases
from jobs.columns import EXACT, canonical
from jobs.gold import artist_play_count, track_candidates, track_play_count
from jobs.lake import USER_BUCKETS, Lake, Table
from jobs.listeners import Listeners
from jobs.open_questions import best_open, identified, without_trackless_albums
from jobs.questions import LASTFM_ALONE, Askable, Question
from jobs.silver import album_tracks, artist_top_albums, artists, catalogue_log, similar_artists, tracks
from jobs.silver.candidate_deep_cut import ALBUMS_PER_ARTIST, loved_artists
from jobs.silver.candidate_similar_artist import nearness
from jobs.silver.candidate_similar_tag import tag_shares
from jobs.taste import LISTENER, tastes

# Facts are refreshed weekly: half a day less than a week, since a weekly run takes half a day to fetch them.
LIFETIME = timedelta(days=6, hours=12)
# Similar artists are asked for a listener's most recent artists, and each week for another sample of the others.
ALWAYS_SEEDS = 20
FEW_ARTISTS = 30
SAMPLED_PERCENT = 20
# The best 1,000 candidates are ten tracks each of 100 artists; half as many more make up for played tracks.
NEAR_ARTISTS = 150
# A deep cut needs three kinds of facts, so each is worth the whole; each album yields about half of the one before it.
NEXT_ALBUM = 0.5
# Weights of facts that only refine or describe, and propose nothing by themselves.
REFINING, DESCRIBING = 0.05, 0.001
REFINED_TRACKS = 50
DESCRIBED_CANDIDATES = 50
ASKED = ("artist", "album", "track", "tag")


def frontier(
    lake: Lake, *, now: datetime, most: int, listeners: Sequence[str] = (), askable: Askable = LASTFM_ALONE
) -> tuple[Question, ...]:
    """Up to `most` questions per provider, for these listeners or for all, best first; none answered recently."""
    chosen = Listeners.named(lake.spark, listeners, USER_BUCKETS) if listeners else None
    aliases = Aliases.of(lake)

    def read(table: Table) -> DataFrame:
        rows = aliases.facts(lake.read(table), table)
        return chosen.of(rows) if chosen and table.of_listeners else rows

    artist_counts, track_counts = read(artist_play_count.TABLE), read(track_play_count.TABLE)
    facts = {table: read(table) for table in (artists.TABLE, tracks.TABLE)}
    loved = loved_artists(artist_counts).withColumn("share", _share("artist_play_count"))
    top_albums = read(artist_top_albums.TABLE).where(F.col("album_rank") <= ALBUMS_PER_ARTIST)
    wanted = [
        neighbours(artist_counts, week=f"{now:%G-W%V}"),
        tags_of_artists(track_counts),
        *deep_cuts(loved, top_albums),
        tags_of_tracks(track_counts),
        described(read(track_candidates.TABLE)),
    ]
    # In a new lake the inputs of these are empty, and planning them would still take seconds.
    if lake.version(similar_artists.TABLE) > 0:
        near = nearness(artist_counts, read(similar_artists.TABLE), facts[artists.TABLE])
        wanted.append(tracks_of_near_artists(near))
    if lake.version(artists.TABLE) > 0:
        wanted.append(tracks_of_tags(tag_shares(track_counts, facts[tracks.TABLE], facts[artists.TABLE])))
    by_question = (
        reduce(DataFrame.unionByName, wanted)
        .groupBy("method", "subject")
        .agg(*(F.min(name).alias(name) for name in ASKED), F.sum("value").cast("double").alias("value"))
    )
    log = without_trackless_albums(lake.read(catalogue_log.TABLE), top_albums, read(album_tracks.TABLE), askable)
    return identified(lake, best_open(by_question, log, askable, since=now - LIFETIME, most=most), askable)


def neighbours(artist_play_count: DataFrame, *, week: str) -> DataFrame:
    """artist.getSimilar of the artists that a listener plays most now, and of a weekly sample of the others."""
    listener = Window.partitionBy(*LISTENER)
    recent = F.row_number().over(listener.orderBy(F.desc("recency_score"), "artist_id"))
    seeds = tastes(artist_play_count).withColumns(
        {
            "share": _share("taste"),
            "place": recent,
            "artists": F.count("*").over(listener),
            "lot": F.pmod(F.xxhash64("username", "artist_id", F.lit(week)), F.lit(100)),
        }
    )
    drawn = seeds.where(
        (F.col("place") <= ALWAYS_SEEDS) | (F.col("artists") <= FEW_ARTISTS) | (F.col("lot") < SAMPLED_PERCENT)
    )
    return _wanted(drawn, questions.SIMILAR_ARTISTS, "artist_id", F.col("share"), artist="artist_name")


def tracks_of_near_artists(near: DataFrame) -> DataFrame:
    """artist.getTopTracks of the artists nearest to a listener."""
    place = F.row_number().over(Window.partitionBy(*LISTENER).orderBy(F.desc("near"), "artist_id"))
    nearest = near.withColumn("place", place).where(F.col("place") <= NEAR_ARTISTS).withColumn("share", _share("near"))
    return _wanted(nearest, questions.TOP_TRACKS, "artist_id", F.col("share"), artist="artist_name")


def tags_of_artists(track_play_count: DataFrame) -> DataFrame:
    """artist.getTopTags of every played artist."""
    by_artist = track_play_count.groupBy(*LISTENER, "artist_id").agg(
        F.min("artist_name").alias("artist_name"), F.sum(F.sqrt("play_count").cast(EXACT)).alias("root")
    )
    shared = by_artist.withColumn("share", _share("root"))
    return _wanted(shared, questions.ARTIST_TAGS, "artist_id", F.col("share"), artist="artist_name")


def tracks_of_tags(shares: DataFrame) -> DataFrame:
    """tag.getTopTracks of the tags that a listener plays most."""
    return _wanted(shares, questions.TAG_TRACKS, "tag", F.col("share"), tag="tag")


def deep_cuts(loved: DataFrame, top_albums: DataFrame) -> list[DataFrame]:
    """The top tracks and albums of loved artists, the tracks of those albums and, at low value, the artists' info."""
    albums = top_albums.select("artist_id", "album_name", "album_rank")
    listed = loved.join(albums, on="artist_id", how="inner").withColumn(
        "subject", F.concat_ws("|", canonical("album_name"), "artist_id")
    )
    of_album = F.col("share") * F.pow(F.lit(NEXT_ALBUM), F.col("album_rank") - 1)
    named = {"artist": "artist_name"}
    return [
        _wanted(loved, questions.TOP_TRACKS, "artist_id", F.col("share"), **named),
        _wanted(loved, questions.TOP_ALBUMS, "artist_id", F.col("share"), **named),
        _wanted(listed, questions.ALBUM_INFO, "subject", of_album, album="album_name", **named),
        _wanted(loved, questions.ARTIST_INFO, "artist_id", F.col("share") * DESCRIBING, **named),
    ]


def tags_of_tracks(track_play_count: DataFrame) -> DataFrame:
    """track.getTopTags of a listener's most played tracks; until answered, their artist's tags are used."""
    most_played = Window.partitionBy(*LISTENER).orderBy(F.desc("play_count"), "track_id")
    shared = track_play_count.withColumns(
        {"share": _share(F.sqrt("play_count").cast(EXACT)), "place": F.row_number().over(most_played)}
    ).where(F.col("place") <= REFINED_TRACKS)
    value = F.col("share") * REFINING
    return _wanted(shared, questions.TRACK_TAGS, "track_id", value, artist="artist_name", track="track_name")


def described(candidates: DataFrame) -> DataFrame:
    """track.getInfo of the candidates that are shown first, if their number of listeners is unknown."""
    best = Window.partitionBy(*LISTENER).orderBy(F.desc("score"), F.desc("strategies"), "track_id")
    shown = candidates.withColumn("place", F.row_number().over(best)).where(F.col("place") <= DESCRIBED_CANDIDATES)
    unknown = shown.where("listeners IS NULL")
    value = F.col("score") * (DESCRIBING / DESCRIBED_CANDIDATES)
    return _wanted(unknown, questions.TRACK_INFO, "track_id", value, artist="artist_name", track="track_name")


def _wanted(rows: DataFrame, method: str, subject: str, value: Column, **asked: str) -> DataFrame:
    """The rows as questions; `asked` names the column that holds each part of the question."""
    parts = {part: F.col(asked[part]) if part in asked else F.lit("") for part in ASKED}
    return rows.select(
        F.lit(method).alias("method"),
        F.col(subject).alias("subject"),
        *(column.alias(part) for part, column in parts.items()),
        value.cast(EXACT).alias("value"),
    )


def _share(measure: str | Column) -> Column:
    """The measure divided by its sum over the listener's rows; 0 if that is 0."""
    part = (F.col(measure) if isinstance(measure, str) else measure).cast(EXACT)
    whole = F.sum(part).over(Window.partitionBy(*LISTENER))
    return F.coalesce(F.try_divide(part.cast("double"), whole.cast("double")), F.lit(0.0))
