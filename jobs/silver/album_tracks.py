"""silver.album_tracks: one row per artist, album of the artist and track on it."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.facts import kept
from jobs.lake import Table, column, conform
from jobs.questions import ALBUM_INFO
from jobs.silver import artist_top_albums
from jobs.told import best, tellings, told_at

TABLE = Table(
    name="silver.album_tracks",
    reads=("silver.artist_top_albums",),
    # As in silver.artist_top_albums, an album has one spelling at a time, and `album_id` is its canonical name.
    key=("artist_id", "album_id", "track_id"),
    schema=T.StructType(
        [
            column("artist_id", T.StringType()),
            column("album_id", T.StringType()),
            column("album_name", T.StringType()),
            column("album_rank", T.IntegerType()),
            column("track_id", T.StringType()),
            column("track_name", T.StringType()),
            # On a compilation the tracks are by other artists.
            column("track_artist_id", T.StringType()),
            column("track_artist_name", T.StringType()),
            column("position", T.IntegerType(), nullable=True),
            column("source", T.StringType()),
            column("fetched_at", T.TimestampType()),
            told_at("track_name", "track_artist_id", "track_artist_name", "position", "source"),
        ]
    ),
)
ALBUM = ["artist_id", "album_id"]
# The rank of an album that artist.getTopAlbums has not listed yet: after all listed ones.
UNRANKED = 1_000_000


def build(facts: DataFrame, top_albums: DataFrame, artist_top_albums_before: DataFrame, before: DataFrame) -> DataFrame:
    """The tracks of all albums with new tracks or a new rank, whichever of the two came first.

    `top_albums` are the rows of silver.artist_top_albums that this run adds; the last two frames are both tables before
    it. Spelling and rank of an album are those of artist.getTopAlbums; until that lists it, the smallest spelling.
    """
    listed = kept(facts, ALBUM_INFO).select(
        "artist_id",
        "album_id",
        "album_name",
        "track_id",
        "track_name",
        F.col("row_artist_id").alias("track_artist_id"),
        F.col("row_artist_name").alias("track_artist_name"),
        F.col("place").alias("position"),
        "source",
        "fetched_at",
    )
    told = tellings(listed, TABLE, F.lit(0), newest_wins=F.expr("true"))
    changed = told.select(*ALBUM).unionByName(top_albums.select(*ALBUM))
    earlier = before.join(changed, on=ALBUM, how="left_semi").select(*told.columns)
    ranked_before = artist_top_albums_before.join(changed, on=ALBUM, how="left_semi")
    ranked = best(ranked_before.unionByName(top_albums), artist_top_albums.TABLE)
    ranking = ranked.select(*ALBUM, F.col("album_name").alias("listed_name"), "album_rank")
    tracks = best(told.unionByName(earlier), TABLE, album_name=F.min("album_name"))
    smallest_spelling = F.min("album_name").over(Window.partitionBy(*ALBUM))
    placed = tracks.join(ranking, on=ALBUM, how="left").withColumns(
        {
            "album_name": F.coalesce("listed_name", smallest_spelling),
            "album_rank": F.coalesce("album_rank", F.lit(UNRANKED)),
        }
    )
    return conform(placed.drop("listed_name"), TABLE)


def first_albums(changed: DataFrame, before: DataFrame) -> DataFrame:
    """For each track in the changed rows, the `album_name` of its best ranked album, ties by name."""
    unchanged = before.join(changed, on="track_id", how="left_semi").join(changed, on=list(TABLE.key), how="left_anti")
    columns = ("track_id", "album_name", "album_rank")
    listed = changed.select(*columns).unionByName(unchanged.select(*columns))
    return listed.groupBy("track_id").agg(
        F.min_by("album_name", F.struct("album_rank", "album_name")).alias("album_name")
    )
