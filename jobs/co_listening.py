"""Derives facts from the imported histories: which artists are played in the same sessions, and their top tracks.

This is the provider of last resort for silver.similar_artists and silver.artist_top_tracks: it covers artists for whom
no other provider lists anything there, and is computed again when plays have changed by more than a little.
"""

import hashlib
from datetime import datetime, timedelta

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql.window import WindowSpec

from jobs.audit import Gate
from jobs.columns import EXACT, most_frequent
from jobs.lake import Lake, Table, conform, literal_rows
from jobs.questions import CO_LISTENING, SIMILAR_ARTISTS
from jobs.report import Report, Written
from jobs.session import at_hand, fit
from jobs.silver import artist_top_tracks, catalogue_log, plays, similar_artists
from jobs.told import tellings

SOURCE_ROWS = f"source = '{CO_LISTENING}'"
TABLES = (similar_artists.TABLE, artist_top_tracks.TABLE)
# A longer pause begins a new session: the usual gap for web sessions.
SESSION_GAP_SECONDS = 30 * 60
# Within a session, plays of one artist in a row form a run; artists up to this many runs apart count as together.
NEXT_RUNS = 3
# A few evenings do not show which artists are similar, and each change of these facts makes all candidates stale.
FEWEST_PLAYS = 500
# Artists that were together in a single session may have been so by chance.
FEWEST_SESSIONS = 2
# As if every pair had been played apart in this many more sessions: few common sessions count less than many.
SHRINKAGE = 2.0
NEIGHBOURS, TRACKS = 20, 50
# All listeners' candidates depend on these facts: they are not worth computing again for each play.
WORTH_LEARNING, LIFETIME = 0.05, timedelta(days=7)


def learn(lake: Lake, gate: Gate, *, now: datetime) -> Report:
    """Update the rows of this provider if there are enough plays and they have changed enough; else do nothing.

    Nothing is done either for a single listener without top tracks from others: only played tracks would be proposed.
    """
    if not lake.has_rows(plays.TABLE):
        return Report()
    usernames = F.min("username"), F.max("username")
    count, first, last = lake.read(plays.TABLE).agg(F.count("*"), *usernames).collect()[0]
    leads_nowhere = first == last and not lake.has_rows(artist_top_tracks.TABLE)
    if leads_nowhere or count < FEWEST_PLAYS or not _is_outdated(lake, count, now):
        return Report()
    fit(lake.spark, count)
    heard = lake.read(plays.TABLE).select("username", "played_at", "track_id", "track_name", "artist_id", "artist_name")
    told = {similar_artists.TABLE: near(heard), artist_top_tracks.TABLE: top_tracks(heard)}
    report = sum((_replace(lake, table, rows, gate, now) for table, rows in told.items()), Report())
    batch = hashlib.sha256(f"{CO_LISTENING} {lake.version(plays.TABLE)} {now.isoformat()}".encode()).hexdigest()
    answer = "facts" if any(one.rows for one in report.written) else "nothing"
    account = (batch, CO_LISTENING, SIMILAR_ARTISTS, "", answer, count, count, 0, 0, now, now)
    lake.insert_new(catalogue_log.TABLE, literal_rows(lake.spark, catalogue_log.TABLE, [account]))
    return report


def give_way(lake: Lake) -> None:
    """Remove this provider's rows for artists for whom another provider has rows by now."""
    for table in TABLES:
        if not lake.has_rows(table):
            continue
        own = lake.read(table).where(SOURCE_ROWS)
        others = lake.read(table).where(f"NOT {SOURCE_ROWS}").select("artist_id").distinct()
        outdone = own.join(others, on="artist_id", how="left_semi")
        if not outdone.isEmpty():
            lake.replace(table, at_hand(own.join(others, on="artist_id", how="left_anti")), SOURCE_ROWS)


def near(heard: DataFrame) -> DataFrame:
    """Each artist's 20 nearest by sessions (artist_id, similar_artist_id, similar_artist_name, match).

    nearness(a, b) = c / sqrt(n(a) * n(b)) * c / (c + 2): the shrunk cosine of the sessions in which they are played.
    c = sum over listeners of sqrt(sessions with a and b together), n(a) = sum over listeners of sqrt(sessions with a);
    the roots keep one listener from deciding alone. match = nearness divided by the artist's largest. nearness is
    symmetric; the cut to 20 is not.
    """
    runs = _runs(heard)
    sessions = runs.select("username", "session", "artist_id").distinct()
    widths = _rooted(sessions, "artist_id").withColumnRenamed("together", "wide")
    beside = [F.lead("artist_id", distance).over(_in_order("session")) for distance in range(1, NEXT_RUNS + 1)]
    placed = runs.select("username", "session", "artist_id", F.array(*beside).alias("beside"))
    pairs = placed.select("username", "session", "artist_id", F.explode("beside").alias("other_id")).where(
        "other_id IS NOT NULL AND other_id != artist_id"
    )
    ordered = pairs.select(
        "username",
        "session",
        F.least("artist_id", "other_id").alias("one_id"),
        F.greatest("artist_id", "other_id").alias("two_id"),
    ).distinct()
    together = _rooted(ordered, "one_id", "two_id").where(F.col("sessions") >= FEWEST_SESSIONS)
    ones, twos = (
        widths.select(F.col("artist_id").alias(f"{which}_id"), F.col("wide").alias(f"{which}_wide"))
        for which in ("one", "two")
    )
    c = F.col("together")
    nearness = c / F.sqrt(F.col("one_wide") * F.col("two_wide")) * c / (c + SHRINKAGE)
    measured = (
        together.join(ones, on="one_id", how="inner")
        .join(twos, on="two_id", how="inner")
        .withColumn("nearness", nearness)
    )
    both = F.array(
        F.struct(F.col("one_id").alias("artist_id"), F.col("two_id").alias("similar_artist_id")),
        F.struct(F.col("two_id").alias("artist_id"), F.col("one_id").alias("similar_artist_id")),
    )
    directed = measured.select(F.explode(both).alias("pair"), "nearness").select("pair.*", "nearness")
    nearest = Window.partitionBy("artist_id").orderBy(F.desc("nearness"), "similar_artist_id")
    best = F.max("nearness").over(Window.partitionBy("artist_id"))
    ranked = directed.withColumns({"place": F.row_number().over(nearest), "match": F.col("nearness") / best})
    names = heard.groupBy(F.col("artist_id").alias("similar_artist_id")).agg(
        most_frequent("artist_name").alias("similar_artist_name")
    )
    kept = ranked.where(F.col("place") <= NEIGHBOURS).join(names, on="similar_artist_id", how="inner")
    return kept.select("artist_id", "similar_artist_id", "similar_artist_name", "match")


def top_tracks(heard: DataFrame) -> DataFrame:
    """Each artist's 50 best tracks by how many listeners of this lake play them, then by plays."""
    counted = heard.groupBy("artist_id", "track_id").agg(
        most_frequent("track_name").alias("track_name"),
        F.count_distinct("username").alias("listeners"),
        F.count("*").alias("playcount"),
    )
    best = Window.partitionBy("artist_id").orderBy(F.desc("listeners"), F.desc("playcount"), "track_id")
    return counted.withColumn("rank", F.row_number().over(best)).where(F.col("rank") <= TRACKS)


def _runs(heard: DataFrame) -> DataFrame:
    """The plays that begin a session or a run of another artist, with the session's number."""
    in_time = _in_order()
    gap = F.unix_seconds("played_at") - F.unix_seconds(F.lag("played_at").over(in_time))
    begins = F.coalesce(gap > SESSION_GAP_SECONDS, F.expr("true"))
    before = F.lag("artist_id").over(in_time)
    marked = heard.select(
        "username", "played_at", "track_id", "artist_id", begins.alias("begins"), before.alias("before")
    ).withColumn("session", F.sum(F.col("begins").cast("int")).over(in_time))
    return marked.where("begins OR artist_id != before").select(
        "username", "session", "played_at", "track_id", "artist_id"
    )


def _in_order(*within: str) -> WindowSpec:
    return Window.partitionBy("username", *within).orderBy("played_at", "track_id")


def _rooted(seen: DataFrame, *by: str) -> DataFrame:
    """The number of `sessions` by these columns, and `together`, the sum over listeners of its square root."""
    of_one = seen.groupBy("username", *by).agg(F.count("*").alias("sessions"))
    return of_one.groupBy(*by).agg(
        F.sum("sessions").alias("sessions"), F.sum(F.sqrt("sessions").cast(EXACT)).cast("double").alias("together")
    )


def _is_outdated(lake: Lake, count: int, now: datetime) -> bool:
    """Whether the number of plays has changed by more than 5 % since the last time, or at all in a week."""
    if not lake.has_rows(catalogue_log.TABLE):
        return True
    log = lake.read(catalogue_log.TABLE).where(SOURCE_ROWS)
    is_old = F.col("fetched_at") < F.lit(now - LIFETIME)
    last = log.orderBy(F.desc("fetched_at"), "batch_id").select("read", is_old.alias("is_old")).first()
    if last is None:
        return True
    changed = abs(count - last.read)
    return bool(changed > last.read * WORTH_LEARNING or (last.is_old and changed > 0))


def _replace(lake: Lake, table: Table, rows: DataFrame, gate: Gate, now: datetime) -> Report:
    others = lake.read(table).where(f"NOT {SOURCE_ROWS}").select("artist_id").distinct()
    unlisted = rows.join(others, on="artist_id", how="left_anti")
    sourced = unlisted.withColumns({"source": F.lit(CO_LISTENING), "fetched_at": F.lit(now)})
    told = tellings(sourced, table, F.lit(0), newest_wins=F.expr("true"))
    typed = at_hand(conform(told.select(*(F.col(one.name).cast(one.dataType) for one in table.schema)), table))
    count = typed.count()
    had = lake.has_rows(table) and not lake.read(table).where(SOURCE_ROWS).isEmpty()
    if not count and not had:
        return Report()
    results = gate(typed, table, count=count) if count else ()
    lake.replace(table, typed, SOURCE_ROWS)
    return Report(written=(Written(table.name, 0, count),), gates=tuple(results))
