"""silver.feedback: one row per event in which a listener gives or takes back a verdict on a track or an artist."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F
from pyspark.sql import types as T

from jobs.columns import user_bucket
from jobs.lake import USER_BUCKETS, Table, column, conform

TABLE = Table(
    name="silver.feedback",
    reads=(),
    key=("username", "event_id"),
    partition_by=("user_bucket",),
    schema=T.StructType(
        [
            column("username", T.StringType()),
            column("user_bucket", T.IntegerType()),
            column("event_id", T.StringType()),
            column("number", T.LongType()),
            column("verdict", T.StringType()),
            column("subject", T.StringType()),
            column("subject_id", T.StringType()),
            column("track_name", T.StringType(), nullable=True),
            column("artist_name", T.StringType(), nullable=True),
            column("undoes", T.StringType(), nullable=True),
            column("given_at", T.TimestampType()),
            column("batch_id", T.StringType()),
            column("ingested_at", T.TimestampType()),
        ]
    ),
)
UNDO = "undo"
VERDICTS = ("like", "skip", "not_now", "never", UNDO)
SUBJECTS = ("track", "artist")


def typed(raw_feedback: DataFrame) -> DataFrame:
    """Every event with its time and number; `refusal` has the reason if it must be refused, else null."""
    read = raw_feedback.withColumns(
        {"number": F.expr("try_cast(number AS bigint)"), "given_at": F.try_to_timestamp("given_at")}
    )
    return read.withColumn("refusal", _refusal())


def build(typed_feedback: DataFrame) -> DataFrame:
    """The accepted events, one row per key, since an event may be landed twice."""
    accepted = typed_feedback.where("refusal IS NULL").withColumns(
        {"user_bucket": user_bucket(USER_BUCKETS), "ingested_at": F.col("fetched_at")}
    )
    order = Window.partitionBy("user_bucket", *TABLE.key).orderBy("batch_id", "row")
    first_of_key = accepted.withColumn("place", F.row_number().over(order)).where("place = 1")
    return conform(first_of_key.select(*TABLE.schema.fieldNames()), TABLE)


def _refusal() -> Column:
    return (
        F.when(F.coalesce("event_id", F.lit("")) == "", "no event id")
        .when(~F.coalesce(F.col("verdict").isin(*VERDICTS), F.expr("false")), "no such verdict")
        .when(~F.coalesce(F.col("subject").isin(*SUBJECTS), F.expr("false")), "no such subject")
        .when(F.coalesce("subject_id", F.lit("")) == "", "no subject")
        .when((F.col("verdict") == UNDO) & F.col("undoes").isNull(), "takes nothing back")
        .when(F.col("number").isNull(), "wrong type: the number cannot be read")
        .when(F.col("given_at").isNull(), "wrong type: the time cannot be read")
    )
