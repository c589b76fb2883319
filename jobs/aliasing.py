"""Makes artist aliases, takes them back, lists them with the number of plays they affect, and proposes new ones."""

from datetime import datetime

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.aliases import last_of_chain, told_of
from jobs.audit import Gate
from jobs.columns import canonical, most_frequent, trimmed
from jobs.failures import JobFailed
from jobs.lake import Lake, literal_rows
from jobs.listeners import quoted
from jobs.merging import follow_aliases
from jobs.report import Alias, Report
from jobs.silver import artist_aliases, plays
from jobs.withdrawal import clear

TABLE = artist_aliases.TABLE
MOST_PROPOSED = 100
# Removed before names are compared, which leaves letters and digits, without `the` and ` - topic`.
TOPIC, LEADING_THE, AND = r" - topic$", r"^the (?=.)", r" (?:and|\+) "
NO_LETTER_OR_DIGIT = r"[^\p{L}\p{N}]+"


def make_alias(lake: Lake, name: str, into: str, gate: Gate, *, now: datetime) -> Report:
    """Make `name` stand for `into`, in plays that are there and in those to come.

    Making the same alias again only finishes work that was killed. Raises `JobFailed` if it contradicts another alias.
    """
    told, stands_for = _artist(lake, name), _artist(lake, into)
    if told[0] == stands_for[0]:
        raise JobFailed(f"{told[1]!r} and {stands_for[1]!r} are already one artist: nothing to do")
    there = {row.artist_id: row for row in lake.read(TABLE).collect()}
    known = there.get(told[0])
    if known is not None and known.into_artist_id != stands_for[0]:
        first = f"segue alias --undo {name!r}"
        raise JobFailed(
            f"{told[1]!r} is already an alias of {known.into_artist_name!r}: remove that first with {first}"
        )
    end = last_of_chain(there[stands_for[0]], there).into_artist_id if stands_for[0] in there else stands_for[0]
    if end == told[0]:
        raise JobFailed(
            f"{stands_for[1]!r} is already an alias of {told[1]!r}: remove that first with"
            f" segue alias --undo {stands_for[1]!r}"
        )
    if known is None:
        lake.insert_new(TABLE, literal_rows(lake.spark, TABLE, [(*told, *stands_for, now)]))
    outcome = follow_aliases(lake, gate)
    return Report(written=outcome.written, gates=outcome.gates, merged=outcome.merged)


def take_back(lake: Lake, name: str, gate: Gate) -> Report:
    """Make `name` stand for itself again, also in the plays that are there. Raises `JobFailed` if it is no alias."""
    artist_id, told = _artist(lake, name)
    is_alias = clear(lake, TABLE, f"artist_id = {quoted(artist_id)}")
    outcome = follow_aliases(lake, gate)
    if not (is_alias or outcome.written):
        raise JobFailed(f"{told!r} is not an alias: 'segue alias --list' shows all aliases")
    return Report(written=outcome.written, gates=outcome.gates)


def all_aliases(lake: Lake) -> Report:
    """Every alias, by name, with how many plays were reported under it."""
    rows = lake.read(TABLE).orderBy("artist_id").collect()
    if not rows:
        return Report()
    (counts,) = lake.read(plays.TABLE).agg(*(F.count_if(told_of([row.artist_id])) for row in rows)).collect()
    named = zip(rows, counts, strict=True)
    return Report(aliases=tuple(Alias(row.artist_name, row.into_artist_name, count) for row, count in named))


def proposed_aliases(lake: Lake) -> Report:
    """Aliases for artists whose names differ only in signs, `the` or ` - Topic`: each into the most played one."""
    played = lake.read(plays.TABLE).groupBy("artist_id")
    counted = played.agg(F.count("*").alias("plays"), most_frequent("artist_name").alias("artist_name"))
    alike = counted.withColumn("looks", _looks(F.col("artist_id"))).where("looks <> ''")
    best_first = Window.partitionBy("looks").orderBy(F.col("artist_id").rlike(TOPIC), F.desc("plays"), "artist_id")
    ranked = alike.withColumns(
        {"place": F.row_number().over(best_first), "into": F.first("artist_name").over(best_first)}
    )
    rows = ranked.where("place > 1").orderBy(F.desc("plays"), "artist_id").limit(MOST_PROPOSED).collect()
    return Report(aliases=tuple(Alias(row.artist_name, row.into, row.plays) for row in rows))


def _looks(artist_id: Column) -> Column:
    plain = F.regexp_replace(F.regexp_replace(artist_id, TOPIC, ""), LEADING_THE, "")
    return F.regexp_replace(F.regexp_replace(plain, AND, " & "), NO_LETTER_OR_DIGIT, "")


def _artist(lake: Lake, name: str) -> tuple[str, str]:
    """The artist's id, and the name as shown. Raises `JobFailed` if the id is empty."""
    named: DataFrame = lake.spark.range(1).select(F.lit(name).alias("name"))
    (row,) = named.select(canonical("name").alias("artist_id"), trimmed("name").alias("name")).collect()
    if not row.artist_id:
        raise JobFailed(f"{name!r} is not an artist's name: give the name as it is shown")
    return row.artist_id, row.name
