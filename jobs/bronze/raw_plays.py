"""Raw plays: one row per play as a source sent it, before validation."""

from pyspark.sql import types as T

# The schema that every source's module returns. `time` is text in any of the formats that silver.plays reads, in the
# time zone `timezone` if it names none; with `time_is_end` it is when the play ended, `ms_played` after its start.
# `teller` is who reported the play, each play once: a service, or one file if the service is unknown.
# `unusable` is the reason, if the source itself shows that a row cannot be a play.
RAW_PLAYS = T.StructType(
    [
        T.StructField("batch_id", T.StringType()),
        T.StructField("row", T.IntegerType()),
        T.StructField("username", T.StringType()),
        T.StructField("source", T.StringType()),
        T.StructField("teller", T.StringType()),
        T.StructField("artist", T.StringType()),
        T.StructField("track", T.StringType()),
        T.StructField("album", T.StringType()),
        T.StructField("track_mbid", T.StringType()),
        T.StructField("artist_mbid", T.StringType()),
        T.StructField("time", T.ArrayType(T.StringType())),
        T.StructField("timezone", T.StringType()),
        T.StructField("time_is_end", T.BooleanType()),
        T.StructField("ms_played", T.StringType()),
        T.StructField("unusable", T.StringType()),
        T.StructField("as_sent", T.StringType()),
        T.StructField("fetched_at", T.TimestampType()),
    ]
)
COLUMNS = tuple(RAW_PLAYS.fieldNames())
