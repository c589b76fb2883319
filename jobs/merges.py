"""Reports which plays of a listener several sources saw, pair by pair, and by which rule they were merged."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.columns import canonical
from jobs.lake import USER_BUCKETS, Lake
from jobs.listeners import Listeners
from jobs.one_truth import DRIFT_SECONDS
from jobs.report import MergedPair, Report, Seen
from jobs.silver import plays

EXAMPLES = 3
# Each pair of sightings of a play once, ordered by the name of the source, independently of which was imported first.
PAIRS = """
    flatten(transform(seen, (a, i) -> transform(filter(seen, (b, j) -> j > i),
        b -> IF(a.source <= b.source, struct(a AS one, b AS other), struct(b AS one, a AS other)))))
"""
SAME_INSTANT, NEAR, TO_THE_MINUTE = (
    "at the same instant",
    "within {seconds} seconds",
    "as close as minute precision can tell",
)
SAME_NAME, OTHER_NAME = "with the same name", "with names that services spell differently"
ALIAS = "by artists joined by an alias"
RULE = ("sources", "when", "name")


def merges(lake: Lake, listener: str) -> Report:
    """How many plays each pair of sources both saw, by rule, with the first examples."""
    theirs = Listeners.named(lake.spark, [listener], USER_BUCKETS).of(lake.read(plays.TABLE))
    pairs = _pairs(theirs)
    by_time = Window.partitionBy(*RULE).orderBy("one.played_at", "one.track_id", "other.track_id")
    counted = pairs.withColumns(
        {"plays": F.count("*").over(Window.partitionBy(*RULE)), "place": F.row_number().over(by_time)}
    )
    rows = counted.where(F.col("place") <= EXAMPLES).orderBy("sources", "when", "name", "place").collect()
    found: dict[tuple[str, ...], MergedPair] = {}
    for row in rows:
        rule = (*row.sources, row.when, row.name)
        before = found.get(rule, MergedPair(tuple(row.sources), row.when, row.name, row.plays))
        example = (Seen(*row.first_seen), Seen(*row.second_seen))
        found[rule] = MergedPair(before.sources, row.when, row.name, row.plays, (*before.examples, example))
    return Report(pairs=tuple(found.values()))


def _pairs(listeners_plays: DataFrame) -> DataFrame:
    """One row per pair of sightings of a play: their sources, and the rule by which they were merged."""
    several = listeners_plays.where("seen IS NOT NULL").select(F.explode(F.expr(PAIRS)).alias("pair"))
    both = several.select("pair.one", "pair.other")
    apart = F.abs(F.unix_micros("one.played_at") - F.unix_micros("other.played_at"))
    when = (
        F.when(apart == 0, SAME_INSTANT)
        .when(apart <= DRIFT_SECONDS * 1_000_000, NEAR.format(seconds=DRIFT_SECONDS))
        .otherwise(TO_THE_MINUTE)
    )
    same_artist = canonical("one.artist_name") == canonical("other.artist_name")
    is_alias = ~same_artist & (F.col("one.artist_id") == F.col("other.artist_id"))
    name = (
        F.when(is_alias, ALIAS).when(F.col("one.track_id") == F.col("other.track_id"), SAME_NAME).otherwise(OTHER_NAME)
    )
    seen = {
        f"{place}_seen": F.struct(
            F.date_format(f"{which}.played_at", "yyyy-MM-dd HH:mm:ss"), f"{which}.track_name", f"{which}.artist_name"
        )
        for place, which in (("first", "one"), ("second", "other"))
    }
    sources = F.array("one.source", "other.source")
    return both.withColumns({"sources": sources, "when": when, "name": name, **seen})
