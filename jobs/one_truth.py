"""Matches sightings of the same play from several sources, and merges them into one play.

Two sightings are of one play if no teller (service or file) reported both, if track and artist names agree apart from
what services add to them, and if their times differ by no more than clocks and clients do, or than the less exact time
leaves open. Two sightings by one teller are two plays. Sightings are taken in order of time; each joins the earliest
play that these rules allow, preferring plays with the identical spelling, so that repeated plays of a track are paired
in order. The result does not depend on the order in which sightings came into the lake.
"""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.columns import canonical
from jobs.sightings import FIELDS, LISTENER, OPTIONAL

# Clients scrobble some seconds after the start; Spotify's start times are computed, and a pause shifts them.
DRIFT_SECONDS = 30
MICROS = 1_000_000
# Columns that a play takes from all of its sightings.
COMBINED = (*OPTIONAL, "batch_id", "ingested_at", "tellers")
# Most moments of one track that are matched as one list; nobody plays a track more often in a row.
MOST_AT_ONCE = 200
# What services add: `Artist - Topic`, `feat. …`, a second artist; `(Live)`, `[Explicit]`, ` - Remastered 2011`.
LEAD_ARTIST = (
    r"^(?:the )?(.+?)(?: - topic| feat| ft\.? | featuring | & | and | with | x | vs|, | \+ |;| \u2022 | / ).*$"
)
LEADING_THE = r"^the (.+)$"
PLAIN_TITLE = r"^(.+?)(?: - | \(| \[| feat\.? | ft\.? | featuring ).*$"

# Over `moments`, which are ordered by time; `c` are the plays found so far, `m` is the next moment.
_FITTING = f"""
    array_min(filter(transform(c, (play, j) -> IF(
        NOT arrays_overlap(play.tellers, m.tellers)
        AND forall(play.members, x -> m.at - x.at <= ({DRIFT_SECONDS} + IF(greatest(m.precision, x.precision) > 1,
                                                      greatest(m.precision, x.precision), 0)) * {MICROS}L),
        struct(NOT exists(play.members, x -> x.track_id = m.track_id) AS differs, j AS j),
        NULL)), one -> one IS NOT NULL))
"""
_MEMBER = "named_struct('i', m.i, 'at', m.at, 'precision', m.precision, 'track_id', m.track_id)"
_PLAYS = """array<struct<members: array<struct<i: int, at: bigint, precision: int, track_id: string>>,
                         tellers: array<string>>>"""
MATCHED = f"""
    aggregate(
        transform(moments, (m, i) -> named_struct(
            'i', i, 'at', m.at, 'precision', m.precision, 'track_id', m.track_id, 'tellers', m.tellers)),
        CAST(array() AS {_PLAYS}),
        (c, m) -> element_at(transform(array({_FITTING}), found -> IF(
            found IS NULL,
            concat(c, array(named_struct('members', array({_MEMBER}), 'tellers', m.tellers))),
            transform(c, (play, j) -> IF(
                j = found.j,
                named_struct('members', concat(play.members, array({_MEMBER})),
                             'tellers', concat(play.tellers, m.tellers)),
                play)))), 1))
"""


def same_track() -> Column:
    """A key that is the same for one track in all services: its title and first artist, without additions."""
    title = F.regexp_replace(canonical("track_name"), PLAIN_TITLE, "$1")
    return F.concat_ws("|", title, first_artist("artist_id"))


def first_artist(artist_id: str) -> Column:
    """A key that is the same for one artist, or several led by that one, in all services."""
    return F.regexp_replace(F.regexp_replace(artist_id, LEAD_ARTIST, "$1"), LEADING_THE, "$1")


def of_one_teller(sightings: DataFrame) -> DataFrame:
    """The plays of listeners who have one teller (service or file) each: every sighting is a play."""
    alone = {"sources": F.array("source"), "seen": F.lit(None)}
    return sightings.withColumns(alone).drop("arrival")


def of_several_tellers(sightings: DataFrame) -> DataFrame:
    """The plays behind the sightings, each with its sources and, if it has several sightings, these in `seen`."""
    islands = _islands(_moments(sightings))
    matched = islands.withColumn("play", F.explode(F.expr(MATCHED)))
    seen = F.expr("flatten(transform(play.members, x -> moments[x.i].seen))")
    return _survivors(matched.select(*LISTENER, seen.alias("all_seen")))


def _moments(sightings: DataFrame) -> DataFrame:
    """One row for all sightings of a listener with the same instant and the same track_id: they are surely one play."""
    seen = F.struct(F.struct(*FIELDS).alias("sighting"), "arrival")
    return (
        sightings.withColumn("same_track", same_track())
        .groupBy(*LISTENER, "played_at", "track_id")
        .agg(
            F.min("same_track").alias("same_track"),
            F.min("precision_seconds").alias("precision"),
            F.array_distinct(F.flatten(F.collect_list("tellers"))).alias("tellers"),
            F.collect_list(seen).alias("seen"),
        )
    )


def _islands(moments: DataFrame) -> DataFrame:
    """Lists, by time, of moments of one track that follow each other so closely that they could be one play."""
    track = Window.partitionBy(*LISTENER, "same_track")
    in_time = track.orderBy("played_at", "track_id")
    at = F.unix_micros("played_at")
    near = (DRIFT_SECONDS + F.max("precision").over(track)) * F.lit(MICROS)
    begins = F.coalesce(at - F.lag(at).over(in_time) > near, F.expr("true")).cast("int")
    island = F.sum("begins").over(in_time.rowsBetween(Window.unboundedPreceding, Window.currentRow))
    placed = moments.withColumns({"at": at, "begins": begins}).withColumn("island", island)
    within = F.row_number().over(Window.partitionBy(*LISTENER, "same_track", "island").orderBy("played_at", "track_id"))
    parts = placed.withColumn("part", F.floor((within - 1) / MOST_AT_ONCE))
    moment = F.struct("at", "track_id", "precision", "tellers", "seen")
    return parts.groupBy(*LISTENER, "same_track", "island", "part").agg(
        F.sort_array(F.collect_list(moment)).alias("moments")
    )


def _survivors(plays: DataFrame) -> DataFrame:
    """Each play with the values of its most exact, then most complete sighting; its gaps are filled from the next."""
    standing = F.array_sort(F.transform("all_seen", lambda one: F.struct(_standing(one["sighting"]), one["sighting"])))
    ordered = plays.withColumns(
        {
            "ordered": F.transform(standing, lambda one: one["sighting"]),
            "arrival": F.array_min(F.transform("all_seen", lambda one: one["arrival"])),
        }
    )
    return ordered.select(
        *LISTENER,
        *(F.col("ordered")[0][name].alias(name) for name in FIELDS if name not in COMBINED),
        *(_first_told(name).alias(name) for name in OPTIONAL),
        *(F.col("arrival")[name].alias(name) for name in ("batch_id", "ingested_at")),
        F.array_sort(F.array_distinct(F.transform("ordered", lambda one: one["source"]))).alias("sources"),
        F.array_sort(F.array_distinct(F.flatten(F.transform("ordered", lambda one: one["tellers"])))).alias("tellers"),
        F.when(F.size("ordered") > 1, F.col("ordered")).alias("seen"),
    )


def _standing(sighting: Column) -> Column:
    unknown = sum((sighting[name].isNull().cast("int") for name in OPTIONAL), F.lit(0))
    names = ("source", "played_at", "track_id")
    return F.struct(sighting["precision_seconds"], unknown.alias("unknown"), *(sighting[name] for name in names))


def _first_told(name: str) -> Column:
    return F.try_element_at(F.array_compact(F.transform("ordered", lambda one: one[name])), F.lit(1))
