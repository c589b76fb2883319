"""Raw plays: one row per play as some source sent it, before anything is judged."""

from pyspark.sql import types as T

# What every source's module gives. `time` is text in any of the formats that silver.plays understands, in the
# time zone `timezone` where it names none; `time_is_end` where it says when the play ended, `ms_played` after it began.
# `teller` is who never tells one play twice: a service, or one file where the service is not known.
# `unusable` says why a source already knows that a row cannot be a play.
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
