"""Aliases: artist names that a person declared to mean another artist, applied to plays and to facts about music.

A sighting keeps the name under which it was reported; aliases are applied whenever plays are derived from sightings.
Facts from providers are stored as they came, and aliases are applied when they are read. So an alias loses nothing, and
removing it gives what there would be without it.
"""

from collections.abc import Mapping, Sequence

from pyspark.sql import Column, DataFrame, Row, Window
from pyspark.sql import functions as F

from jobs.columns import canonical, track_id
from jobs.lake import Lake, Table, literal_rows
from jobs.one_truth import first_artist
from jobs.sightings import FIELDS, SIGHTING
from jobs.silver import (
    album_tracks,
    artist_aliases,
    artist_top_albums,
    artist_top_tracks,
    artists,
    audio_features,
    community_items,
    community_plays,
    community_similar_artists,
    feedback,
    similar_artists,
    tag_top_tracks,
    tracks,
)

# Tables whose artists are replaced according to the aliases when they are read.
FOLLOWING = {
    module.TABLE.name
    for module in (
        album_tracks,
        artist_top_albums,
        artist_top_tracks,
        artists,
        audio_features,
        community_items,
        community_plays,
        community_similar_artists,
        feedback,
        similar_artists,
        tag_top_tracks,
        tracks,
    )
}
# Columns with an artist's id, each with the column of the name; then columns whose ids are, or end in, an artist's id.
NAMED_BY = {
    "artist_id": "artist_name",
    "similar_artist_id": "similar_artist_name",
    "track_artist_id": "track_artist_name",
}
ENDING_IN_IT = ("track_id", "album_id", "item_id", "subject_id")


class Aliases:
    """The artist that each alias finally stands for, along chains of aliases. Without any, frames stay as they are."""

    def __init__(self, ends: DataFrame | None) -> None:
        """`ends` has told_id, into_id and into_name; None if there are no aliases."""
        self._ends = ends

    @classmethod
    def of(cls, lake: Lake) -> "Aliases":
        """The aliases in the lake."""
        ends = _ends(lake)
        if not ends:
            return cls(None)
        frame = literal_rows(lake.spark, artist_aliases.TABLE, ends)
        return cls(
            frame.select(
                F.col("artist_id").alias("told_id"),
                F.col("into_artist_id").alias("into_id"),
                F.col("into_artist_name").alias("into_name"),
            )
        )

    @property
    def some(self) -> bool:
        """Whether there are any aliases."""
        return self._ends is not None

    def identified(self, sightings: DataFrame) -> DataFrame:
        """The sightings with the ids of the artists that their names stand for; the names stay as reported."""
        if self._ends is None:
            return sightings
        whose = {
            "artist_id": F.coalesce("into_id", "artist_id"),
            "track_id": F.when(F.col("into_id").isNotNull(), track_id("track_name", "into_id")).otherwise(
                F.col("track_id")
            ),
        }
        return _beside(sightings, self._ends, F.col("artist_id")).withColumns(whose).select(*sightings.columns)

    def named(self, plays: DataFrame) -> DataFrame:
        """Plays with the names of the artists that theirs stand for; the names as reported are kept in `seen`."""
        if self._ends is None:
            return plays
        stands = F.col("into_id").isNotNull()
        as_told = F.array(F.struct(*FIELDS).cast(SIGHTING))
        names = {
            "seen": F.when(stands, F.coalesce("seen", as_told)).otherwise(F.col("seen")),
            "artist_name": F.coalesce("into_name", "artist_name"),
        }
        return _beside(plays, self._ends, canonical("artist_name")).withColumns(names).select(*plays.columns)

    def touching(self, sightings: DataFrame) -> DataFrame:
        """The identified sightings with `touched`: whether an alias may make them one play with others."""
        if self._ends is None:
            return sightings.withColumn("touched", F.expr("false"))
        leads = self._ends.select(first_artist("into_id").alias("lead")).distinct()
        beside = sightings.join(F.broadcast(leads), on=first_artist("artist_id") == F.col("lead"), how="left")
        return beside.withColumn("touched", F.col("lead").isNotNull()).drop("lead")

    def outdated(self, plays: DataFrame) -> list[str]:
        """The ids of the reported artist names whose plays here were derived under other aliases than the present."""
        told = plays.select(F.explode(_told_names()).alias("told")).select("told.*").distinct()
        named = told.withColumn("name_id", canonical("artist_name"))
        if self._ends is None:
            beside = named.withColumn("into_id", F.lit(None).cast("string"))
        else:
            beside = _beside(named, self._ends, F.col("name_id"))
        wrong = beside.where(F.col("artist_id") != F.coalesce("into_id", "name_id")).select("name_id").distinct()
        return sorted(row.name_id for row in wrong.collect())

    def facts(self, rows: DataFrame, table: Table) -> DataFrame:
        """The table's rows with each alias replaced by the artist that it stands for.

        For such an artist its own facts count and, if it has none, those of its aliases.
        """
        if self._ends is None or table.name not in FOLLOWING:
            return rows
        names = table.schema.fieldNames()
        marked = rows.withColumns({"of_alias": F.expr("false"), "names_alias": F.expr("false")})
        if "artist_id" not in names and "artist_name" in names:
            marked = marked.withColumn("artist_id", canonical("artist_name"))
        for name in (one for one in NAMED_BY if one in marked.columns):
            marked = _moved(marked, self._ends, name)
        if "similar_artist_id" in names:
            marked = marked.where("artist_id != similar_artist_id")
        if table.key[0] == "artist_id" and len(table.key) > 1:
            own = marked.where("NOT of_alias").select("artist_id").distinct().withColumn("has_own", F.expr("true"))
            marked = marked.join(own, on="artist_id", how="left").where("has_own IS NULL OR NOT of_alias")
        order = Window.partitionBy(*table.key).orderBy("names_alias", F.struct(*names))
        return marked.withColumn("place", F.row_number().over(order)).where("place = 1").select(*names)


def known_facts(lake: Lake, *tables: Table) -> Sequence[DataFrame]:
    """These tables of the lake, with aliases applied."""
    aliases = Aliases.of(lake)
    return [aliases.facts(lake.read(table), table) for table in tables]


def aliases_version(lake: Lake) -> str:
    """A text that changes with every alias made or taken back; empty if there never was one."""
    return f".{lake.version(artist_aliases.TABLE)}" if lake.has_rows(artist_aliases.TABLE) else ""


def last_of_chain(alias: Row, found: Mapping[str, Row]) -> Row:
    """The last alias in the chain that starts with this one; `found` are all aliases, by artist_id."""
    last = alias
    while last.into_artist_id in found:
        last = found[last.into_artist_id]
    return last


def ends_by_id(lake: Lake) -> Mapping[str, str]:
    """For each alias's artist id, the id of the artist that it finally stands for."""
    return {str(artist_id): str(into_id) for artist_id, _, into_id, *_ in _ends(lake)}


def _ends(lake: Lake) -> Sequence[Sequence[object]]:
    """Every alias as a row of its table, with the artist that it finally stands for."""
    rows = lake.read(artist_aliases.TABLE).collect() if lake.has_rows(artist_aliases.TABLE) else []
    found = {row.artist_id: row for row in rows}
    return [_to_the_end(row, found) for row in rows]


def _to_the_end(row: Row, found: Mapping[str, Row]) -> Sequence[object]:
    last = last_of_chain(row, found)
    return (row.artist_id, row.artist_name, last.into_artist_id, last.into_artist_name, row.made_at)


def _beside(rows: DataFrame, ends: DataFrame, artist_id: Column) -> DataFrame:
    """The rows, joined with the artist that each one's alias stands for; null if `artist_id` is no alias."""
    return rows.join(F.broadcast(ends), on=artist_id == F.col("told_id"), how="left")


def _moved(rows: DataFrame, ends: DataFrame, name: str) -> DataFrame:
    """The rows with aliases in this id column replaced, also in the names and ids that depend on it."""
    stands = F.col("into_id").isNotNull()
    moved = {
        name: F.coalesce("into_id", name),
        "names_alias": F.col("names_alias") | stands,
        **{one: _replaced(one, name) for one in ENDING_IN_IT if one in rows.columns},
    }
    if name == "artist_id":
        moved["of_alias"] = stands
    if NAMED_BY[name] in rows.columns:
        moved[NAMED_BY[name]] = F.coalesce("into_name", NAMED_BY[name])
    return _beside(rows, ends, F.col(name)).withColumns(moved).select(*rows.columns)


def _told_names() -> Column:
    """For each sighting of a play, the artist's name as reported and the artist id that it was given."""
    one = F.array(F.struct("artist_id", "artist_name"))
    several = F.transform("seen", lambda each: F.struct(each["artist_id"], each["artist_name"]))
    return F.coalesce(several, one)


def told_of(artist_ids: Sequence[str]) -> Column:
    """Whether a play, or any sighting of it, was reported under one of these artist names."""
    return F.exists(_told_names(), lambda told: canonical(told["artist_name"]).isin(list(artist_ids)))


def _replaced(name: str, artist: str) -> Column:
    """An id that is, or ends in, the artist's id, with that replaced by the other artist's."""
    own, old, new = F.col(name), F.col(artist), F.col("into_id")
    beginning = F.substring(own, F.lit(1), F.length(own) - F.length(old))
    ends = F.endswith(own, F.concat(F.lit("|"), old))
    return F.when(new.isNull(), own).when(own == old, new).when(ends, F.concat(beginning, new)).otherwise(own)
