"""silver.audio_features: one row per track with known audio features."""

from collections.abc import Iterator
from datetime import datetime

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.bronze.spotify_features import FEATURES
from jobs.columns import canonical, track_id, trimmed
from jobs.lake import Table, column, conform

TABLE = Table(
    name="silver.audio_features",
    reads=(),
    key=("track_id",),
    schema=T.StructType(
        [
            column("track_id", T.StringType()),
            column("track_name", T.StringType()),
            column("artist_id", T.StringType()),
            column("artist_name", T.StringType()),
            column("album_name", T.StringType(), nullable=True),
            column("spotify_id", T.StringType(), nullable=True),
            column("genres", T.ArrayType(T.StringType())),
            column("popularity", T.IntegerType(), nullable=True),
            column("duration_ms", T.LongType(), nullable=True),
            # Each 0..1; for loudness and tempo also the unscaled values.
            *(column(feature, T.DoubleType()) for feature in FEATURES),
            column("loudness_db", T.DoubleType()),
            column("tempo_bpm", T.DoubleType()),
            column("source", T.StringType()),
            column("batch_id", T.StringType()),
            column("imported_at", T.TimestampType()),
        ]
    ),
)
# Spotify documents loudness as -60 to 0 dB; brick-walled masters measure a little above, and count as 0.
QUIETEST_DB, LOUDEST_DB, LOUDEST_MEASURED_DB = -60.0, 0.0, 6.0
# The highest tempo that Spotify's estimator returns is just below this; 0 means that it found no beat.
FASTEST_BPM = 250.0
MOST_POPULAR = 100
MEASURED = ("loudness", "tempo")
SHARES = tuple(feature for feature in FEATURES if feature not in MEASURED)
# The columns of one edition of a track, which also make the order of equally popular editions total.
EDITION = (
    *("spotify_id", "album_name", "track_name", "artist_name", "artist_id", "popularity", "duration_ms"),
    *(*FEATURES, "loudness_db", "tempo_bpm", "source"),
)


def typed(raw_features: DataFrame) -> DataFrame:
    """Every raw row with its names and numbers; `refusal` has the reason if it must be refused, else null."""
    artist = canonical("artist")
    numbers = {f"{name}_number": F.col(name).try_cast("double") for name in (*FEATURES, "popularity", "duration_ms")}
    named = raw_features.withColumns(
        {
            **numbers,
            "artist_id": artist,
            "artist_name": trimmed("artist"),
            "track_id": track_id("track", artist),
            "track_name": trimmed("track"),
        }
    )
    return named.withColumn("refusal", F.coalesce(*_refusals()))


def build(typed_features: DataFrame, *, imported_at: datetime) -> DataFrame:
    """The accepted rows, one per track, with the digest of the first file that has it as batch_id."""
    loudness, tempo = F.col("loudness_number"), F.col("tempo_number")
    above_silence = (F.least(loudness, F.lit(LOUDEST_DB)) - QUIETEST_DB) / (LOUDEST_DB - QUIETEST_DB)
    genre = F.lower(trimmed(F.coalesce("genre", F.lit(""))))
    rows = typed_features.where("refusal IS NULL").select(
        "track_id",
        "track_name",
        "artist_id",
        "artist_name",
        F.nullif(trimmed("album"), F.lit("")).alias("album_name"),
        "spotify_id",
        F.when(genre != "", F.array(genre)).otherwise(F.array().cast("array<string>")).alias("genres"),
        F.col("popularity_number").cast("int").alias("popularity"),
        F.col("duration_ms_number").cast("bigint").alias("duration_ms"),
        *(F.col(f"{name}_number").alias(name) for name in SHARES),
        above_silence.alias("loudness"),
        (tempo / FASTEST_BPM).alias("tempo"),
        loudness.alias("loudness_db"),
        tempo.alias("tempo_bpm"),
        "source",
        F.col("file").alias("batch_id"),
        F.lit(imported_at).alias("imported_at"),
    )
    return one_per_track(rows, F.lit(1))


def one_per_track(rows: DataFrame, arrival: Column) -> DataFrame:
    """For each track the row of its most popular edition, with the genres of all rows, whatever their order.

    batch_id and imported_at are those of the row that came first; `arrival` is smaller for rows that came earlier.
    """
    less_popular = (-F.coalesce("popularity", F.lit(-1))).alias("less_popular")
    edition = F.struct(less_popular, *EDITION)
    first = F.struct(arrival.alias("arrival"), "imported_at", "batch_id")
    found = rows.groupBy("track_id").agg(
        F.min(edition).alias("edition"),
        F.array_sort(F.array_distinct(F.flatten(F.collect_list("genres")))).alias("genres"),
        F.min(first).alias("first"),
    )
    told = {name: F.col("edition")[name] for name in EDITION}
    arrived = {name: F.col("first")[name] for name in ("batch_id", "imported_at")}
    return conform(found.withColumns({**told, **arrived}).drop("edition", "first"), TABLE)


def _refusals() -> Iterator[Column]:
    """Reasons to refuse a row, the first one counts; each is null if it does not apply."""
    yield F.col("unusable")
    yield F.when(F.coalesce("artist_id", F.lit("")) == "", "no artist")
    yield F.when(F.coalesce("track_name", F.lit("")) == "", "no track")
    for name in FEATURES:
        yield F.when(F.coalesce(name, F.lit("")) == "", f"no {name}")
    for name in (*FEATURES, "popularity", "duration_ms"):
        unreadable = F.col(name).isNotNull() & F.col(f"{name}_number").isNull()
        yield F.when(unreadable | F.isnan(f"{name}_number"), f"wrong type: the {name} is no number")
    for name in SHARES:
        yield _outside(name, 0, 1)
    yield _outside("loudness", QUIETEST_DB, LOUDEST_MEASURED_DB, " dB")
    yield F.when(F.col("tempo_number") == 0, "tempo of 0: no beat was found")
    yield _outside("tempo", 0, FASTEST_BPM, " BPM")
    yield _outside("popularity", 0, MOST_POPULAR)
    yield _outside("duration_ms", 1, 2**31 - 1)


def _outside(name: str, least: float, most: float, unit: str = "") -> Column:
    return F.when(~F.col(f"{name}_number").between(least, most), f"{name} outside {least:g} to {most:g}{unit}")
